#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "bench/site/site.hpp"

namespace contrail::bench {

/// Looks every two milliseconds until `done`, and asks `watch` before each look: it throws if there is
/// nothing to wait for any more. Throws Error if it takes longer than ten minutes.
void wait_until(const std::function<bool()>& done, const std::function<void()>& watch);

/// How many consumers have committed up to offset `offset`, or are past it; a consumer counts from when it is
/// registered, for offset 0.
std::uint64_t consumers_at(const Site& site, std::uint64_t offset);

}  // namespace contrail::bench
