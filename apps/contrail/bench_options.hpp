#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "bench/benchmark.hpp"
#include "bench/report/report.hpp"
#include "command.hpp"

namespace contrail::app {

/// How `contrail bench` measures, whatever it measures.
struct BenchOptions {
    std::uint64_t records = 0;  ///< 0: as the benchmark's scale says.
    int runs = 0;               ///< 0: the same.
    bool quick = false;
    bool full = false;
    bool given_servers = false;
};

/// Declares them as flags of `command`; parsing writes them into `options`, which must live until then.
void add_bench_options(CLI::App& command, BenchOptions& options);

/// Measures, and tells on standard error what it does. `measured` is called after each benchmark. Throws
/// Error.
bench::Report measure(const Program& program, const BenchOptions& options,
                      const std::vector<bench::Benchmark>& chosen,
                      const std::function<void(const bench::Result& result)>& measured);

}  // namespace contrail::app
