// What comments and documents refer to is there.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <regex>
#include <set>

#include "documents/source_tree.hpp"

namespace contrail::test {

namespace {

/// True if the tree has `reference`, which may lack the first folders of its path.
bool is_file(const std::string& reference) {
    return std::ranges::any_of(tree(), [&](const std::string& file) {
        return file == reference || file.ends_with('/' + reference);
    });
}

void add_words(const std::string& text, std::set<std::string>& words) {
    const auto in_word = [](char character) {
        return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '_';
    };
    for (auto begin = std::ranges::find_if(text, in_word); begin != text.end();) {
        const auto end = std::find_if_not(begin, text.end(), in_word);
        words.emplace(begin, end);
        begin = std::find_if(end, text.end(), in_word);
    }
}

/// Every word of the C++ sources, by the file that holds it.
const std::map<std::string, std::set<std::string>>& words_by_file() {
    static const std::map<std::string, std::set<std::string>> words = [] {
        std::map<std::string, std::set<std::string>> found;
        for (const std::string& file : tree()) {
            if (!has_ending(file, {".cpp", ".hpp"})) continue;
            for (const Line& line : lines_of(file))
                add_words(line.text.substr(0, line.text.find("//")), found[file]);
        }
        return found;
    }();
    return words;
}

/// True if a source names both, as that which declares a member does.
bool is_member(const std::string& type, const std::string& member) {
    return std::ranges::any_of(words_by_file(), [&](const auto& file) {
        return file.second.contains(type) && file.second.contains(member);
    });
}

/// A command or a program in a document, indented as such, may make files of its own.
bool is_sample(const Line& line) {
    return has_ending(line.file, {".md"}) && line.text.starts_with("    ");
}

/// True where references may name what is not in this tree.
bool tells_of_elsewhere(const std::string& file) {
    return has_ending(file, {"CHANGELOG.md", "references_test.cpp"});
}

}  // namespace

TEST(References, OfCommentsAndDocumentsAreToFilesThatExist) {
    // Neither `<target>_embedded.hpp` or `…_events.hpp`, which are patterns, nor the call reconciliation.sql().
    static const std::regex name(R"((^|[^A-Za-z0-9_./*>\x80-\xff-])((?:[A-Za-z0-9_.-]+/)*[A-Za-z0-9_-]+)"
                                 R"(\.(?:cpp|hpp|md|sql|pml|mjs))(?![A-Za-z0-9_(]))");
    for (const std::string& file : tree()) {
        if (tells_of_elsewhere(file)) continue;
        for (const Line& line : comments_of(file)) {
            if (is_sample(line) || line.text.find('.') == std::string::npos) continue;
            for (std::sregex_iterator at(line.text.begin(), line.text.end(), name), end; at != end; ++at) {
                std::string reference = (*at)[2];
                while (reference.starts_with("../")) reference.erase(0, 3);
                EXPECT_TRUE(is_file(reference))
                    << line.place() << ": there is no " << reference << ". Name what took its place.";
            }
        }
    }
}

TEST(References, OfCommentsAndDocumentsAreToMembersThatExist) {
    static const std::regex name(R"(\b([A-Z][A-Za-z0-9]+)::([A-Za-z_][A-Za-z0-9_]*))");
    for (const std::string& file : tree()) {
        if (tells_of_elsewhere(file)) continue;
        for (const Line& line : comments_of(file)) {
            if (line.text.find("::") == std::string::npos) continue;
            for (std::sregex_iterator at(line.text.begin(), line.text.end(), name), end; at != end; ++at) {
                EXPECT_TRUE(is_member((*at)[1], (*at)[2]))
                    << line.place() << ": no source has " << at->str() << ". Name what took its place.";
            }
        }
    }
}

}  // namespace contrail::test
