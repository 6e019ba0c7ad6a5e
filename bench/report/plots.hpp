#pragma once

#include <vector>

#include "bench/report/plot.hpp"
#include "bench/report/results.hpp"

namespace contrail::bench {

/// The plots of docs/performance.md for which there are results.
std::vector<Plot> plots_of(const Results& results);

}  // namespace contrail::bench
