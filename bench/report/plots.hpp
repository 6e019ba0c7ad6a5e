#pragma once

#include <vector>

#include "bench/report/plot.hpp"
#include "bench/report/results.hpp"

namespace contrail::bench {

/// The plots of docs/performance.md, as far as what they show was measured.
std::vector<Plot> plots_of(const Results& results);

}  // namespace contrail::bench
