#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bench/report/machine.hpp"
#include "bench/result.hpp"

namespace contrail::bench {

/// What was measured at one time, and where.
struct Results {
    std::string version;  ///< Of Contrail.
    Machine machine;
    std::string servers;  ///< As Servers describes them.
    std::vector<Result> benchmarks;
};

/// Null if that benchmark is not among them, or found nothing.
const Result* find(const Results& results, std::string_view benchmark);

/// Puts a result in the place of an older one of the same benchmark, or at the end.
void replace(Results& results, const Result& result);

/// With all values, and what follows from them (median, least, most, ratio).
std::string to_json(const Results& results);

/// Reads what to_json() made. Throws Error (Retry::never) if it is anything else.
Results results_from_json(const std::string& text);

}  // namespace contrail::bench
