#include "handlers/function_name.hpp"

#include <utility>

namespace contrail::handlers {

namespace {

bool is_letter(char c) {
    // Every byte of a character beyond ASCII counts as a letter, as in PostgreSQL.
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool continues_identifier(char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '$';
}

/// `"App ""X"""`: a quote inside is doubled. Takes it off the front of `text`.
std::optional<std::string> take_quoted(std::string_view& text) {
    std::string identifier;
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (text[at] == '"') {
            const bool doubled = at + 1 < text.size() && text[at + 1] == '"';
            if (!doubled) {
                text.remove_prefix(at + 1);
                return identifier.empty() ? std::nullopt : std::optional(identifier);
            }
            ++at;
        }
        identifier += text[at];
    }
    return std::nullopt;
}

/// Takes an identifier off the front of `text`. SQL folds the letters of ASCII to lower case unless it is quoted.
std::optional<std::string> take_identifier(std::string_view& text) {
    if (text.starts_with('"')) return take_quoted(text);
    if (text.empty() || !is_letter(text.front())) return std::nullopt;
    std::string identifier;
    while (!text.empty() && continues_identifier(text.front())) {
        const char c = text.front();
        identifier += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        text.remove_prefix(1);
    }
    return identifier;
}

void append_quoted(std::string& text, const std::string& identifier) {
    text += '"';
    for (const char c : identifier) {
        if (c == '"') text += '"';
        text += c;
    }
    text += '"';
}

}  // namespace

std::optional<FunctionName> FunctionName::parse(std::string_view text) {
    auto schema = take_identifier(text);
    if (!schema || !text.starts_with('.')) return std::nullopt;
    text.remove_prefix(1);
    auto function = take_identifier(text);
    if (!function || !text.empty()) return std::nullopt;
    return FunctionName{std::move(*schema), std::move(*function)};
}

std::string FunctionName::quoted() const {
    std::string text;
    append_quoted(text, schema);
    text += '.';
    append_quoted(text, function);
    return text;
}

}  // namespace contrail::handlers
