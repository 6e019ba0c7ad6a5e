#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace contrail::postgres {

/// `bytes` as a text that Postgres accepts: bytes that are not UTF-8, and NULs, become U+FFFD. Longer texts
/// end after `characters_max` characters, with an ellipsis.
std::string utf8_text(std::string_view bytes, std::size_t characters_max);

}  // namespace contrail::postgres
