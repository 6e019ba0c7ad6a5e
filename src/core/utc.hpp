#pragma once

#include <cstdint>
#include <string>

namespace contrail {

/// A moment as people and RFC 3339 write it, to the second: `2026-11-23T06:15:22Z`.
std::string utc_text(std::uint64_t unix_ms);

}  // namespace contrail
