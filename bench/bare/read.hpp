#pragma once

#include <cstdint>
#include <string>

#include "bench/bare/redis.hpp"

namespace contrail::bench {

/// Reads a whole stream by XREAD, `at_once` entries at a time, and drops them. Returns how many there were.
/// Throws Error.
std::uint64_t bare_read(const BareRedis& redis, const std::string& stream, std::uint64_t at_once = 1'000);

}  // namespace contrail::bench
