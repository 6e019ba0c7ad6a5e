#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "bench/site/site.hpp"

namespace contrail::bench {

/// Polls `done` every two milliseconds, and calls `watch` before each poll, which throws if there is nothing
/// left to wait for. Throws Error after ten minutes.
void wait_until(const std::function<bool()>& done, const std::function<void()>& watch);

/// Consumers that have committed up to `offset` or further. For offset 0: all registered consumers.
std::uint64_t consumers_at(const Site& site, std::uint64_t offset);

}  // namespace contrail::bench
