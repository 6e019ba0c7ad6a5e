#pragma once

#include <cstdint>

#include "bench/site/site.hpp"

namespace contrail::bench {

/// Has four connections stage `records` rides, by transactions of a hundred, as fast as they can. Returns
/// when all are committed. Throws Error.
void write_rides(const Site& site, std::uint64_t records);

}  // namespace contrail::bench
