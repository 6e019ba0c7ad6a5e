#include <string>
#include <utility>
#include <vector>

#include "bench/adder.hpp"
#include "bench/bare/redis.hpp"
#include "bench/bare/relay.hpp"
#include "bench/benchmarks/measures.hpp"
#include "bench/processes.hpp"
#include "bench/programs.hpp"
#include "bench/progress.hpp"
#include "bench/site/site.hpp"
#include "bench/stopwatch.hpp"

namespace contrail::bench {

namespace {

constexpr auto consumer_name = "adder";
constexpr auto reference = "10^5 records";

struct Backlog {
    std::string setting;
    std::uint64_t records;
};

/// From ten thousand on, each ten times as long as the one before.
std::vector<Backlog> backlogs_up_to(std::uint64_t most) {
    std::vector<Backlog> backlogs;
    int exponent = 4;
    for (std::uint64_t records = 10'000; records <= most; records *= 10, ++exponent)
        backlogs.push_back({"10^" + std::to_string(exponent) + " records", records});
    return backlogs;
}

double bare(Bench& bench, const Backlog& backlog) {
    const Site site(bench.servers(), Keeping::on_disk);
    BareRelay relay(site);
    site.stage(backlog.records);
    const Stopwatch watch;
    return watch.rate(relay.run());
}

/// Rate and memory of a streamer process that finds the whole backlog at once.
std::pair<double, double> relay(const Site& site, std::uint64_t records) {
    // The streamer must not pause when the backlog comes: it sends ten thousand records in less than its
    // longest pause.
    auto streamer = start_streamer(site.settings(), {"--idle-wait-max-ms", "1"});
    const BareRedis redis(site.settings());
    site.stage(records);
    const Stopwatch watch;
    wait_until([&] { return head_offset(redis, site.settings().stream_name) >= records; },
               [&] { require_running(streamer, "streamer"); });
    const double rate = watch.rate(records);
    return {rate, peak_resident_mib(streamer.pid())};
}

/// The same of a consumer process, from its first commit on: its start does not count.
std::pair<double, double> consume(const Site& site, std::uint64_t records) {
    auto consumer = start_adder(site.settings(), consumer_name);
    const auto watch_it = [&] { require_running(consumer, "consumer"); };
    wait_until([&] { return consumers_at(site, 1) == 1; }, watch_it);
    const Stopwatch watch;
    const std::uint64_t before =
        site.database().number("SELECT last_offset FROM " + site.table("checkpoints"));
    wait_until([&] { return consumers_at(site, records) == 1; }, watch_it);
    const double rate = watch.rate(records - before);
    return {rate, peak_resident_mib(consumer.pid())};
}

void measure(Bench& bench, const Backlog& backlog) {
    const auto x = static_cast<double>(backlog.records);
    const auto record = [&](const std::string& subject, const std::string& unit, double value,
                            std::optional<Series::Limit> limit = {}) {
        bench.record({backlog.setting, subject, unit, std::move(limit), x}, value);
    };
    record("bare relay", "records/s", bare(bench, backlog));

    const Site site(bench.servers(), Keeping::on_disk);
    // The consumer registers first, so that retention trims no record before the consumer applies it.
    Adder(site.settings(), consumer_name).begin();
    const auto [relay_rate, relay_memory] = relay(site, backlog.records);
    const auto [consumer_rate, consumer_memory] = consume(site, backlog.records);
    record("relay", "records/s", relay_rate, {{"relay", reference}});
    record("consumer", "records/s", consumer_rate, {{"consumer", reference}});
    record("streamer", "MiB", relay_memory);
    record("consumer", "MiB", consumer_memory);
}

}  // namespace

void measure_growth(Bench& bench) {
    bench.repeat([&] {
        for (const Backlog& backlog : backlogs_up_to(bench.records())) measure(bench, backlog);
    });
}

}  // namespace contrail::bench
