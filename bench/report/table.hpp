#pragma once

#include <string>

#include "bench/result.hpp"

namespace contrail::bench {

/// A result as a person reads it at a terminal: medians, the least and the most of all runs, and how much of
/// its limit each series reaches.
std::string to_text(const Result& result);

}  // namespace contrail::bench
