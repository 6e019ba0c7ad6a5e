#pragma once

#include <filesystem>

#include "bench/report/results.hpp"

namespace contrail::bench {

/// Writes a report into `docs`: performance/results.json, the plots beside it, and what is measured in
/// performance.md, which must be there. Throws Error.
void write_report(const Results& results, const std::filesystem::path& docs);

}  // namespace contrail::bench
