#pragma once

#include <filesystem>

#include "bench/report/results.hpp"

namespace contrail::bench {

/// Writes results into `docs`: performance/results.json, the plots beside it, and the measured parts of
/// performance.md, which must exist. Throws Error.
void write_report(const Results& results, const std::filesystem::path& docs);

}  // namespace contrail::bench
