#include "base/json_text.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

#include "base/text.hpp"

namespace contrail::base {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_hex_digit(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Takes pieces of the grammar off the front of a text. Each function returns false, and leaves no defined rest, if
/// the text does not begin with its piece.
class JsonScanner {
public:
    explicit JsonScanner(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }

    void skip_white_space() {
        while (!rest_.empty() && std::string_view(" \t\n\r").find(rest_.front()) != std::string_view::npos)
            rest_.remove_prefix(1);
    }

    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    /// A value that is neither an object nor an array.
    bool take_scalar() {
        if (rest_.starts_with('"')) return take_string();
        return take_word("true") || take_word("false") || take_word("null") || take_number();
    }

    bool take_string() {
        if (!take('"')) return false;
        while (!rest_.empty() && rest_.front() != '"')
            if (!take_character()) return false;
        return take('"');
    }

private:
    bool take_word(std::string_view word) {
        if (!rest_.starts_with(word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }

    std::size_t take_digits() {
        std::size_t count = 0;
        while (count < rest_.size() && is_digit(rest_[count])) ++count;
        rest_.remove_prefix(count);
        return count;
    }

    bool take_number() {
        take('-');
        if (!take('0') && take_digits() == 0) return false;
        if (take('.') && take_digits() == 0) return false;
        if (!take('e') && !take('E')) return true;
        if (!take('+')) take('-');
        return take_digits() > 0;
    }

    bool take_escape() {
        if (rest_.empty()) return false;
        const char kind = rest_.front();
        rest_.remove_prefix(1);
        if (kind != 'u') return std::string_view("\"\\/bfnrt").find(kind) != std::string_view::npos;
        for (int digit = 0; digit < 4; ++digit) {
            if (rest_.empty() || !is_hex_digit(rest_.front())) return false;
            rest_.remove_prefix(1);
        }
        return true;
    }

    /// A character of a string: an escape, or one of UTF-8 that is no control character.
    bool take_character() {
        const auto first = static_cast<unsigned char>(rest_.front());
        if (first < 0x20) return false;
        if (take('\\')) return take_escape();
        if (first < 0x80) return take(rest_.front());
        // RFC 3629: the second byte's range excludes overlong forms, surrogates, and what is past U+10FFFF.
        if (first >= 0xC2 && first <= 0xDF) return take_bytes(1, 0x80, 0xBF);
        if (first >= 0xE0 && first <= 0xEF)
            return take_bytes(2, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
        if (first >= 0xF0 && first <= 0xF4)
            return take_bytes(3, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
        return false;
    }

    /// One byte and `count` more, the first of them from `low` to `high`.
    bool take_bytes(std::size_t count, unsigned low, unsigned high) {
        if (rest_.size() <= count) return false;
        for (std::size_t at = 1; at <= count; ++at) {
            const auto byte = static_cast<unsigned char>(rest_[at]);
            if (byte < (at == 1 ? low : 0x80) || byte > (at == 1 ? high : 0xBF)) return false;
        }
        rest_.remove_prefix(count + 1);
        return true;
    }

    std::string_view rest_;
};

/// Before the value in an object: its name.
bool take_name(JsonScanner& scanner) {
    scanner.skip_white_space();
    if (!scanner.take_string()) return false;
    scanner.skip_white_space();
    return scanner.take(':');
}

/// Walks the value with a stack of its own, one character for each open object or array: its depth has no limit.
class Walk {
public:
    explicit Walk(std::string_view text) : scanner_(text) {}

    bool is_one_value() {
        do {
            if (!begin_value()) return false;
        } while (continues());
        return sound_ && open_.empty() && scanner_.at_end();
    }

private:
    /// Takes a scalar, an empty object or array, or opens others down to their first scalar.
    bool begin_value() {
        for (;;) {
            scanner_.skip_white_space();
            const char closing = scanner_.take('{') ? '}' : scanner_.take('[') ? ']' : '\0';
            if (closing == '\0') return scanner_.take_scalar();
            scanner_.skip_white_space();
            if (scanner_.take(closing)) return true;
            open_ += closing;
            if (closing == '}' && !take_name(scanner_)) return false;
        }
    }

    /// Closes what ends after a value. True if another value must follow.
    bool continues() {
        for (;;) {
            scanner_.skip_white_space();
            if (open_.empty()) return false;
            if (scanner_.take(',')) {
                sound_ = open_.back() == ']' || take_name(scanner_);
                return sound_;
            }
            sound_ = scanner_.take(open_.back());
            if (!sound_) return false;
            open_.pop_back();
        }
    }

    JsonScanner scanner_;
    std::string open_;  ///< The characters that close what is open.
    bool sound_ = true;
};

/// The length of the string at the beginning of a sound JSON text, with its quotes.
std::size_t string_length(std::string_view json) {
    std::size_t at = 1;
    for (; json[at] != '"'; ++at)
        if (json[at] == '\\') ++at;
    return at + 1;
}

/// The length of the value at the beginning of the rest of a sound JSON object, with the white space around it.
std::size_t value_length(std::string_view json) {
    std::size_t depth = 0;
    for (std::size_t at = 0;; ++at) {
        const char c = json[at];
        if (c == '"') at += string_length(json.substr(at)) - 1;
        if (c == '{' || c == '[') ++depth;
        const bool closes = c == '}' || c == ']';
        if (depth == 0 && (closes || c == ',')) return at;
        if (closes) --depth;
    }
}

}  // namespace

bool is_json(std::string_view text) {
    return Walk(text).is_one_value();
}

void append_on_one_line(std::string& text, std::string_view json) {
    const auto begin = static_cast<std::ptrdiff_t>(text.size());
    text += trimmed(json);
    std::replace_if(
        text.begin() + begin, text.end(), [](char c) { return c >= '\0' && c < ' '; }, ' ');
}

std::optional<std::vector<JsonMember>> members_of(std::string_view text) {
    if (!is_json(text) || !trimmed(text).starts_with('{')) return std::nullopt;
    std::vector<JsonMember> members;
    std::string_view rest = trimmed(text).substr(1);
    for (rest = trimmed(rest); !rest.starts_with('}'); rest = trimmed(rest)) {
        const auto name = rest.substr(1, string_length(rest) - 2);
        rest = trimmed(rest.substr(name.size() + 2)).substr(1);  // past the colon
        const auto value = rest.substr(0, value_length(rest));
        members.push_back({name, trimmed(value)});
        rest.remove_prefix(value.size());
        if (rest.starts_with(',')) rest.remove_prefix(1);
    }
    return members;
}

}  // namespace contrail::base
