#pragma once

#include <string>

#include "bench/result.hpp"

namespace contrail::bench {

/// A result for a terminal: median and range of all runs, and the share of its limit that each series
/// reaches.
std::string to_text(const Result& result);

}  // namespace contrail::bench
