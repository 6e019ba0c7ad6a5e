#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace contrail::base {

/// A moment as people and RFC 3339 write it, to the second: `2026-11-23T06:15:22Z`.
std::string utc_text(std::uint64_t unix_ms);

/// The same with its milliseconds, if it has any: `2026-11-23T06:15:22.250Z`.
std::string utc_text_ms(std::uint64_t unix_ms);

/// Reads a moment as RFC 3339 has it, with any offset from UTC: `2026-11-23T07:15:22.25+01:00`. Fractions of
/// a millisecond are rounded up. Nothing if it is written otherwise, does not exist or lies before 1970.
std::optional<std::uint64_t> parse_utc(std::string_view text);

}  // namespace contrail::base
