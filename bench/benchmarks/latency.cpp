#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "bench/bare/commit_to_applied.hpp"
#include "bench/benchmarks/measures.hpp"
#include "bench/processes.hpp"
#include "bench/processor_costs.hpp"
#include "bench/programs.hpp"
#include "bench/site/site.hpp"
#include "bench/stopwatch.hpp"
#include "bench/timed_rides.hpp"

namespace contrail::bench {

namespace {

using namespace std::chrono_literals;

struct Pace {
    std::string setting;
    std::chrono::microseconds period;
    std::uint64_t
        share;  ///< A run at this pace measures one in so many rides, or slow paces would take too long.
};

/// The value that `share` of all values do not exceed.
double percentile(std::vector<double> values, double share) {
    std::ranges::sort(values);
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
    return values[std::max<std::size_t>(rank, 1) - 1];
}

void record(Bench& bench, const std::string& setting, const std::string& subject,
            const std::vector<double>& milliseconds, const std::string& limit = {}) {
    for (const auto& [name, share] : {std::pair(" p50", 0.5), std::pair(" p99", 0.99)}) {
        Series series{setting, subject + name, "ms"};
        if (!limit.empty()) series.limit = {limit + name};
        bench.record(series, percentile(milliseconds, share));
    }
}

}  // namespace

void measure_latency(Bench& bench) {
    // At the second pace the streamer has reached its longest pause. The period is no multiple of that pause.
    const std::vector<Pace> paces{{"1,000 rides/s", 1ms, 1}, {"a ride each 47 ms", 47ms, 50}};
    const Site site(bench.servers(), Keeping::on_disk);
    TimedRides rides(site);
    auto streamer = start_streamer(site.settings());
    BareCommitToApplied bare(site);
    bench.repeat([&] {
        for (const Pace& pace : paces) {
            const std::uint64_t count = std::max<std::uint64_t>(bench.records() / pace.share, 1);
            record(bench, pace.setting, "bare", bare.run(count, pace.period));
            const ProcessorCosts costs(bench.servers(), {{"streamer", streamer.pid()}});
            const double consumer_before = thread_processor_seconds();
            const Stopwatch watch;
            record(bench, pace.setting, "contrail", rides.run(count, pace.period), "bare");
            const double percent = 100 / watch.seconds();
            bench.record({pace.setting, "each consumer", "% of a processor"},
                         (thread_processor_seconds() - consumer_before) * percent);
            costs.record(bench, pace.setting, "% of a processor", percent);
        }
        require_running(streamer, "streamer");
    });
}

}  // namespace contrail::bench
