#include "core/json_member.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>

namespace contrail {

namespace {

constexpr std::string_view spaces = " \t\r\n";
constexpr std::string_view ends_of_scalar = " \t\r\n,}]";

void append_utf8(std::string& text, std::uint32_t point) {
    const auto byte = [&](std::uint32_t value) { text.push_back(static_cast<char>(value)); };
    if (point < 0x80) return byte(point);
    if (point < 0x800) {
        byte(0xC0 | point >> 6);
    } else if (point < 0x10000) {
        byte(0xE0 | point >> 12);
        byte(0x80 | (point >> 6 & 0x3F));
    } else {
        byte(0xF0 | point >> 18);
        byte(0x80 | (point >> 12 & 0x3F));
        byte(0x80 | (point >> 6 & 0x3F));
    }
    byte(0x80 | (point & 0x3F));
}

/// Reads a JSON text from its beginning. A member returns nothing or false at text that is not JSON.
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    /// Skips spaces, and `character` if it follows them.
    bool take(char character) {
        skip_spaces();
        if (!rest_.starts_with(character)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    [[nodiscard]] bool is_at(char character) {
        skip_spaces();
        return rest_.starts_with(character);
    }

    std::optional<std::string> string() {
        if (!take('"')) return std::nullopt;
        std::string text;
        while (!rest_.empty()) {
            const std::size_t plain = rest_.find_first_of("\"\\");
            text.append(rest_.substr(0, plain));
            if (plain == std::string_view::npos) break;
            const bool ends = rest_[plain] == '"';
            rest_.remove_prefix(plain + 1);
            if (ends) return text;
            if (!escape(text)) break;
        }
        return std::nullopt;
    }

    /// A number, true or false, as it is written.
    std::optional<std::string> scalar() {
        skip_spaces();
        const std::string_view token = rest_.substr(0, rest_.find_first_of(ends_of_scalar));
        const bool is_number =
            !token.empty() && (token.front() == '-' || (token.front() >= '0' && token.front() <= '9'));
        if (!is_number && token != "true" && token != "false") return std::nullopt;
        return std::string(token);
    }

    bool skip_value() {
        if (is_at('"')) return string().has_value();
        if (!is_at('{') && !is_at('[')) {
            rest_.remove_prefix(std::min(rest_.find_first_of(ends_of_scalar), rest_.size()));
            return true;
        }
        return skip_container();
    }

private:
    void skip_spaces() { rest_.remove_prefix(std::min(rest_.find_first_not_of(spaces), rest_.size())); }

    /// Counts brackets instead of calling itself: data may be nested as deep as its size allows.
    bool skip_container() {
        std::size_t depth = 0;
        do {
            const std::size_t next = rest_.find_first_of("\"{}[]");
            if (next == std::string_view::npos) return false;
            rest_.remove_prefix(next);
            if (is_at('"')) {
                if (!string()) return false;
                continue;
            }
            if (is_at('{') || is_at('[')) {
                ++depth;
            } else {
                --depth;
            }
            rest_.remove_prefix(1);
        } while (depth > 0);
        return true;
    }

    /// What follows a backslash.
    bool escape(std::string& text) {
        if (rest_.empty()) return false;
        const char letter = rest_.front();
        rest_.remove_prefix(1);
        constexpr std::string_view letters = "\"\\/bfnrt";
        constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        if (const std::size_t at = letters.find(letter); at != std::string_view::npos) {
            text.push_back(meanings[at]);
            return true;
        }
        const auto unit = letter == 'u' ? code_unit() : std::nullopt;
        if (!unit) return false;
        if (*unit < 0xD800 || *unit > 0xDFFF) {
            append_utf8(text, *unit);
            return true;
        }
        if (*unit > 0xDBFF || !rest_.starts_with("\\u")) return false;
        rest_.remove_prefix(2);
        const auto low = code_unit();
        if (!low || *low < 0xDC00 || *low > 0xDFFF) return false;
        append_utf8(text, 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00));
        return true;
    }

    std::optional<std::uint32_t> code_unit() {
        std::uint32_t unit = 0;
        const std::string_view digits = rest_.substr(0, 4);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
        if (error != std::errc{} || end != digits.data() + 4) return std::nullopt;
        rest_.remove_prefix(4);
        return unit;
    }

    std::string_view rest_;
};

}  // namespace

std::optional<std::string> json_member(std::string_view json, std::string_view name) {
    Scanner scanner(json);
    if (!scanner.take('{')) return std::nullopt;
    do {
        const auto found = scanner.string();
        if (!found || !scanner.take(':')) return std::nullopt;
        if (*found == name) return scanner.is_at('"') ? scanner.string() : scanner.scalar();
        if (!scanner.skip_value()) return std::nullopt;
    } while (scanner.take(','));
    return std::nullopt;
}

}  // namespace contrail
