#include "documents/literals.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace contrail::test {

namespace {

/// Walks over a C++ source.
class Source {
public:
    explicit Source(std::string_view text) : rest_(text) {}

    std::vector<Token> tokens() {
        std::vector<Token> found;
        while (!rest_.empty()) {
            if (rest_.starts_with("R\"")) {
                skip_raw();
                found.push_back({false, "R"});
            } else if (rest_.starts_with("//")) {
                skip_to("\n");
            } else if (rest_.starts_with("/*")) {
                skip_to("*/");
            } else if (rest_.starts_with("#include")) {
                skip_to("\n");
            } else if (rest_.starts_with("'") && is_character()) {
                found.push_back({true, quoted('\'')});
            } else if (rest_.starts_with("\"")) {
                found.push_back({true, quoted('"')});
            } else if (is_space(rest_.front())) {
                rest_.remove_prefix(1);
            } else {
                found.push_back({false, symbol()});
            }
        }
        return found;
    }

private:
    static bool is_space(char character) {
        return std::string_view(" \n\t").find(character) != std::string_view::npos;
    }
    static bool in_word(char character) {
        return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '_';
    }

    void skip_to(std::string_view end) {
        const auto at = rest_.find(end);
        rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + end.size());
    }

    void skip_raw() {
        const auto delimiter = rest_.substr(2, rest_.find('(') - 2);
        skip_to(")" + std::string(delimiter) + "\"");
    }

    /// `'"'`, `'\''`; an apostrophe that parts digits, as in 1'000, is none.
    [[nodiscard]] bool is_character() const {
        const std::size_t length = rest_.substr(1).starts_with('\\') ? 4 : 3;
        return rest_.size() >= length && rest_[length - 1] == '\'';
    }

    std::string quoted(char quote) {
        std::string text;
        for (rest_.remove_prefix(1); !rest_.empty() && rest_.front() != quote; rest_.remove_prefix(1)) {
            const bool escaped = rest_.front() == '\\';
            if (escaped) rest_.remove_prefix(1);
            text += escaped && rest_.front() == 'n' ? '\n' : rest_.front();
        }
        rest_.remove_prefix(std::min<std::size_t>(1, rest_.size()));
        return text;
    }

    /// A word, an operator of two characters, or a character.
    std::string symbol() {
        std::size_t length = 0;
        while (length < rest_.size() && in_word(rest_[length])) ++length;
        const auto two = rest_.substr(0, 2);
        const bool is_pair = two == "::" || two == "<<" || two == "->" || two == "&&" || two == "||" ||
                             two == "==" || two == "!=" || two == "+=";
        if (length == 0) length = is_pair ? 2 : 1;
        std::string text(rest_.substr(0, length));
        rest_.remove_prefix(length);
        return text;
    }

    std::string_view rest_;
};

}  // namespace

std::string content_of(const std::filesystem::path& file) {
    std::ifstream stream(file);
    if (!stream) throw std::runtime_error("cannot read " + file.native());
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::filesystem::path> program_sources() {
    std::vector<std::filesystem::path> files;
    for (const char* folder : {"include", "src", "apps"}) {
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(std::filesystem::path(SOURCE_DIR) / folder)) {
            const auto extension = entry.path().extension();
            if (extension == ".cpp" || extension == ".hpp") files.push_back(entry.path());
        }
    }
    return files;
}

std::vector<Token> tokens_of(std::string_view source) {
    return Source(source).tokens();
}

std::vector<std::string> literals_in(std::string_view source) {
    std::vector<std::string> found;
    bool joins = false;
    for (const Token& token : tokens_of(source)) {
        const bool is_string = token.literal && token.text.size() != 1;
        if (is_string && joins) found.back() += token.text;
        if (is_string && !joins) found.push_back(token.text);
        joins = is_string;
    }
    return found;
}

}  // namespace contrail::test
