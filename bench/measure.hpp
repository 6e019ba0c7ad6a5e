#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <vector>

#include "bench/benchmark.hpp"
#include "bench/report/results.hpp"
#include "contrail/settings.hpp"

namespace contrail::bench {

/// How to run benchmarks. Numbers left at 0 come from each benchmark's scale.
struct MeasureOptions {
    std::uint64_t records = 0;
    int runs = 0;
    bool quick = false;
    bool full = false;
    bool given_servers = false;
};

/// Declares the options as flags of `command`. Parsing writes into `options`, which must outlive it.
void add_measure_options(CLI::App& command, MeasureOptions& options);

/// Runs the chosen benchmarks on private servers, or on those of `settings` where the options say so. Prints
/// progress to standard error, and calls `measured` after each benchmark. Throws Error.
Results measure(const Settings& settings, const MeasureOptions& options, const std::vector<Benchmark>& chosen,
                const std::function<void(const Result& result)>& measured);

}  // namespace contrail::bench
