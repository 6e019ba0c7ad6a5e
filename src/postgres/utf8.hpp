#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace contrail::postgres {

/// `bytes` as Postgres takes a text: what is not UTF-8, and each NUL, becomes U+FFFD. Ends after
/// `characters_max` characters, with an ellipsis.
std::string utf8_text(std::string_view bytes, std::size_t characters_max);

}  // namespace contrail::postgres
