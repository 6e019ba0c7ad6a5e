#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "bench/result.hpp"
#include "bench/site/servers.hpp"

namespace contrail::bench {

/// How much a benchmark measures.
struct Scale {
    std::uint64_t records = 0;  ///< In each measurement. The benchmark defines what a record is.
    int runs = 0;               ///< How often it repeats all of its measurements, in turn.
};

/// A running benchmark: the servers that it measures, and the result that it fills.
class Bench {
public:
    /// Takes a line of progress, such as `relay: run 2 of 5: bare loop 331,000 records/s`.
    using LineSink = std::function<void(const std::string& line)>;

    Bench(Servers& servers, Scale scale, Result& result, LineSink progress);

    [[nodiscard]] Servers& servers() const noexcept { return servers_; }
    [[nodiscard]] std::uint64_t records() const noexcept { return scale_.records; }

    /// Calls `run` as often as the scale says. Each run measures everything that is compared.
    void repeat(const std::function<void()>& run);

    /// Adds a figure to the series that `series` describes.
    void record(const Series& series, double value);

    /// Adds a sentence that explains the figures.
    void note(const std::string& sentence);

    /// Reports progress.
    void report(const std::string& doing) const;

private:
    Servers& servers_;
    Scale scale_;
    Result& result_;
    LineSink progress_;
    int run_ = 0;
};

/// Throws Error.
using Measure = void (*)(Bench& bench);

struct Benchmark {
    std::string_view name;
    std::string_view what;  ///< Follows the name: `from the outbox into the log`.
    Scale usual;
    Scale quick;  ///< Enough to show that it works. The figures mean little.
    Scale full;   ///< Takes up to an hour, 10 GB of disk and 4 GB of memory.
    Measure measure;
};

/// All benchmarks, in the order in which a report shows them.
std::span<const Benchmark> benchmarks();

/// Runs a benchmark on `servers` and returns its result. Throws Error.
Result run(const Benchmark& benchmark, Servers& servers, const Scale& scale, const Bench::LineSink& progress);

}  // namespace contrail::bench
