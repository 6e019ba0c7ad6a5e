#pragma once

#include <string_view>

namespace contrail::base {

/// Without the mark that some editors put in front of UTF-8. It is no part of the text.
inline std::string_view without_byte_order_mark(std::string_view text) {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

}  // namespace contrail::base
