#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <regex>
#include <string>

#include "contrail/record_key.hpp"
#include "source_tree.hpp"

namespace contrail::test {

namespace {

/// The keys in the table of docs/protocol.md, and their hashes.
std::map<std::string, std::string> vectors() {
    static const std::regex row("\\| `(.*)`(?:, (\\d+) times| \\(empty\\))? \\| (\\d+) \\| \\d \\|");
    std::map<std::string, std::string> found;
    for (const Line& line : lines_of("docs/protocol.md")) {
        std::smatch match;
        if (!std::regex_match(line.text, match, row)) continue;
        std::string key;
        for (int times = match[2].matched ? std::stoi(match[2]) : 1; times > 0; --times) key += match[1];
        found.emplace(key, match[3]);
    }
    return found;
}

/// The code block of this language that defines the hash.
std::string snippet(const std::string& language) {
    std::string code;
    bool inside = false;
    for (const Line& line : lines_of("docs/protocol.md")) {
        if (inside && line.text == "```") {
            if (code.find("14695981039346656037") != std::string::npos) return code;
            inside = false;
        } else if (inside) {
            code += line.text + '\n';
        } else if (line.text == "```" + language) {
            inside = true;
            code.clear();
        }
    }
    return {};
}

/// What the interpreter prints when it runs `program`.
std::string output(const std::string& interpreter, const std::string& program) {
    const std::string file = testing::TempDir() + interpreter + ".key_hash";
    std::ofstream(file) << program;
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen((interpreter + " < '" + file + "'").c_str(), "r"),
                                                     pclose);
    std::string text;
    for (int character = 0; (character = std::fgetc(pipe.get())) != EOF;)
        text.push_back(static_cast<char>(character));
    return text;
}

std::string hashes_of_vectors() {
    std::string text;
    for (const auto& [key, hash] : vectors()) text += hash + '\n';
    return text;
}

/// A call of the language's function for each vector.
std::string calls(const std::string& before, const std::string& after) {
    std::string text;
    for (const auto& [key, hash] : vectors()) text += before + '"' + key + '"' + after + '\n';
    return text;
}

}  // namespace

TEST(KeyHash, IsWhatTheProtocolSays) {
    EXPECT_EQ(vectors().size(), 8U);
    for (const auto& [key, hash] : vectors()) EXPECT_EQ(std::to_string(key_hash(key)), hash) << key;
}

TEST(KeyHash, IsTheSameInTheOtherLanguagesOfTheProtocol) {
    EXPECT_EQ(output("python3", snippet("python") + calls("print(key_hash(", "))")), hashes_of_vectors());
    EXPECT_EQ(output("node", snippet("javascript") + calls("console.log(String(keyHash(", ")))")),
              hashes_of_vectors());
    EXPECT_EQ(output("ruby", snippet("ruby") + calls("puts key_hash(", ")")), hashes_of_vectors());
}

}  // namespace contrail::test
