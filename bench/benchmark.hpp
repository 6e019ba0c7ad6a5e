#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "bench/result.hpp"
#include "bench/site/servers.hpp"

namespace contrail::bench {

/// How much is measured.
struct Scale {
    std::uint64_t records = 0;  ///< In each measurement; what exactly is for the benchmark to say.
    int runs = 0;               ///< How often everything is measured, in turn.
};

/// One benchmark at work: where it measures, and where its figures go.
class Bench {
public:
    /// Told what is being done, for a person who waits: `relay: run 2 of 5: bare loop 331,000 records/s`.
    using Tell = std::function<void(const std::string& line)>;

    Bench(Servers& servers, Scale scale, Result& result, Tell tell);

    [[nodiscard]] Servers& servers() const noexcept { return servers_; }
    [[nodiscard]] std::uint64_t records() const noexcept { return scale_.records; }

    /// Calls `run` as often as the scale says. All that is to be compared is measured in each run.
    void repeat(const std::function<void()>& run);

    /// Adds a figure to its series, which `series` describes.
    void record(const Series& series, double value);

    /// Adds a sentence that a reader of the figures needs.
    void note(const std::string& sentence);

    /// Only for who waits.
    void tell(const std::string& doing) const;

private:
    Servers& servers_;
    Scale scale_;
    Result& result_;
    Tell tell_;
    int run_ = 0;
};

/// Throws Error.
using Measure = void (*)(Bench& bench);

struct Benchmark {
    std::string_view name;
    std::string_view what;  ///< Completes the name: `from the outbox into the log`.
    Scale usual;
    Scale quick;  ///< Enough to see that it works; its figures mean little.
    Scale full;   ///< Takes its time, and room on disk and in memory.
    Measure measure;
};

/// All of them, in the order in which a report shows them.
std::span<const Benchmark> benchmarks();

/// Runs one on `servers`, and returns what it found. Throws Error.
Result run(const Benchmark& benchmark, Servers& servers, const Scale& scale, const Bench::Tell& tell);

}  // namespace contrail::bench
