#include <cstddef>
#include <functional>
#include <future>
#include <latch>
#include <memory>
#include <string>
#include <vector>

#include "bench/adder.hpp"
#include "bench/bare/read.hpp"
#include "bench/benchmarks/measures.hpp"
#include "bench/site/site.hpp"
#include "bench/stopwatch.hpp"

namespace contrail::bench {

namespace {

/// Runs all at the same time, and returns the time of the slowest.
double seconds_of_all(const std::vector<std::function<void()>>& works) {
    std::latch ready(static_cast<std::ptrdiff_t>(works.size()) + 1);
    std::vector<std::future<void>> working;
    working.reserve(works.size());
    for (const auto& work : works) {
        working.push_back(std::async(std::launch::async, [&ready, &work] {
            ready.arrive_and_wait();
            work();
        }));
    }
    ready.arrive_and_wait();
    const Stopwatch watch;
    for (auto& one : working) one.get();
    return watch.seconds();
}

double bare(const Site& site, std::size_t readers, std::uint64_t records) {
    const std::vector<std::function<void()>> works(readers, [&] {
        const BareRedis redis(site.settings());
        bare_read(redis, site.settings().stream_name);
    });
    return static_cast<double>(records * readers) / seconds_of_all(works);
}

double ours(const Site& site, std::size_t consumers, std::uint64_t records) {
    static int number = 0;
    std::vector<std::function<void()>> works;
    for (std::size_t i = 0; i < consumers; ++i) {
        const auto adder = std::make_shared<Adder>(site.settings(), "adder" + std::to_string(++number));
        works.emplace_back([adder, records] { adder->consume(records); });
    }
    return static_cast<double>(records * consumers) / seconds_of_all(works);
}

}  // namespace

void measure_fan_out(Bench& bench) {
    const Site site(bench.servers(), Keeping::on_disk);
    site.stage(bench.records());
    site.stream();
    bench.note("The rates are sums over all consumers. Each consumer reads the whole log.");
    bench.repeat([&] {
        for (const std::size_t consumers : {1U, 2U, 4U, 8U}) {
            const std::string setting =
                std::to_string(consumers) + (consumers == 1 ? " consumer" : " consumers");
            const auto x = static_cast<double>(consumers);
            bench.record({setting, "bare XREAD", "records/s", {}, x}, bare(site, consumers, bench.records()));
            bench.record({setting, "contrail", "records/s", {{"bare XREAD"}}, x},
                         ours(site, consumers, bench.records()));
        }
    });
}

}  // namespace contrail::bench
