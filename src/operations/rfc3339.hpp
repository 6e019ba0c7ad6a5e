#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace contrail {

/// Unix time in milliseconds of a moment such as `2026-11-23T07:00:00Z` or `2026-11-23T08:00:00.250+01:00`.
/// Nothing if it is not written like that, or lies before 1970.
std::optional<std::uint64_t> parse_rfc3339(std::string_view text);

}  // namespace contrail
