#include "handlers/command_words.hpp"

#include <utility>

namespace contrail::handlers {

namespace {

class Splitter {
public:
    std::optional<std::vector<std::string>> split(std::string_view line) {
        for (rest_ = line; !rest_.empty();)
            if (!take(next())) return std::nullopt;
        end_word();
        return words_.empty() ? std::nullopt : std::optional(std::move(words_));
    }

private:
    char next() {
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }

    /// False: what `c` begins has no end.
    bool take(char c) {
        if (std::string_view(" \t\n\r").find(c) != std::string_view::npos) {
            end_word();
            return true;
        }
        in_word_ = true;
        if (c == '\'' || c == '"') return take_quoted(c);
        if (c == '\\') {
            if (rest_.empty()) return false;
            c = next();
        }
        word_ += c;
        return true;
    }

    bool take_quoted(char quote) {
        while (!rest_.empty()) {
            char c = next();
            if (c == quote) return true;
            if (quote == '"' && c == '\\' && (rest_.starts_with('"') || rest_.starts_with('\\'))) c = next();
            word_ += c;
        }
        return false;
    }

    void end_word() {
        if (std::exchange(in_word_, false)) words_.push_back(std::exchange(word_, {}));
    }

    std::string_view rest_;
    std::vector<std::string> words_;
    std::string word_;
    bool in_word_ = false;  ///< An empty one as well: ''.
};

}  // namespace

std::optional<std::vector<std::string>> command_words(std::string_view line) {
    return Splitter().split(line);
}

}  // namespace contrail::handlers
