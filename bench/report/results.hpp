#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bench/report/machine.hpp"
#include "bench/result.hpp"

namespace contrail::bench {

/// The results of one run of benchmarks, and where they were measured.
struct Results {
    std::string version;  ///< Of Contrail.
    Machine machine;
    std::string servers;  ///< Description of the servers.
    std::vector<Result> benchmarks;
};

/// The result of a benchmark; null if it is missing or empty.
const Result* find(const Results& results, std::string_view benchmark);

/// Replaces the older result of the same benchmark, or appends the new one.
void replace(Results& results, const Result& result);

/// All values, and the figures derived from them (median, minimum, maximum, ratio).
std::string to_json(const Results& results);

/// Reads what to_json() wrote. Throws Error (Retry::never) at anything else.
Results results_from_json(const std::string& text);

}  // namespace contrail::bench
