#include "base/text.hpp"

#include <algorithm>

namespace contrail::base {

namespace {

bool begins_a_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

/// The bytes that the first `columns` of `text` take.
std::size_t bytes_of(std::string_view text, std::size_t columns) {
    std::size_t at = 0;
    for (; at < text.size(); ++at)
        if (begins_a_character(text[at]) && columns-- == 0) break;
    return at;
}

bool is_control(char byte) {
    const auto value = static_cast<unsigned char>(byte);
    return value < 0x20 || value == 0x7F;
}

/// U+0080 to U+009F, two bytes each.
bool begins_a_control(std::string_view text) {
    if (text.size() < 2 || text[0] != '\xC2') return false;
    const auto second = static_cast<unsigned char>(text[1]);
    return second >= 0x80 && second < 0xA0;
}

}  // namespace

std::string harmless(std::string text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (is_control(text[at])) text[at] = ' ';
        if (begins_a_control(std::string_view(text).substr(at))) text[at] = text[at + 1] = ' ';
    }
    return text;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view white_space = " \t\r\n\v\f";
    const auto first = text.find_first_not_of(white_space);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

std::size_t columns_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, &begins_a_character));
}

std::string shortened(std::string_view text, std::size_t columns_max) {
    if (columns_of(text) <= columns_max) return std::string(text);
    return std::string(text.substr(0, bytes_of(text, columns_max - 1))) + "…";
}

std::string wrapped(std::string_view text, std::size_t columns_max, std::size_t indent,
                    std::string_view joint) {
    const std::size_t width = columns_max - indent - columns_of(joint);
    std::string lines;
    while (columns_of(text) > width) {
        auto end = text.rfind(' ', bytes_of(text, width));
        if (end == std::string_view::npos) end = text.find(' ', bytes_of(text, width));
        if (end == std::string_view::npos) break;
        lines.append(text.substr(0, end)).append(joint).append("\n").append(indent, ' ');
        text.remove_prefix(end + 1);
    }
    return lines.append(text).append("\n");
}

}  // namespace contrail::base
