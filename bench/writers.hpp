#pragma once

#include <cstdint>

#include "bench/site/site.hpp"

namespace contrail::bench {

/// Stages `records` rides through four connections, in transactions of a hundred, at full speed. Returns when
/// all are committed. Throws Error.
void write_rides(const Site& site, std::uint64_t records);

}  // namespace contrail::bench
