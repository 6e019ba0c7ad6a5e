#pragma once

#include <string>

#include "bench/report/results.hpp"

namespace contrail::bench {

/// A Markdown table of what 1, 10 and 1,000 databases need, projected from the measured costs of one. Empty
/// if the results lack them.
std::string projection(const Results& results);

}  // namespace contrail::bench
