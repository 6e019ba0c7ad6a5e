#pragma once

#include <string>

#include "bench/report/results.hpp"

namespace contrail::bench {

/// What 1, 10 and 1,000 databases would need, worked out from what one was measured to cost; a table of
/// Markdown. Empty if that was not measured.
std::string projection(const Results& results);

}  // namespace contrail::bench
