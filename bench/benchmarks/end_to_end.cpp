#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <string>
#include <thread>

#include "bench/bare/read.hpp"
#include "bench/bare/relay.hpp"
#include "bench/benchmarks/measures.hpp"
#include "bench/fleet.hpp"
#include "bench/processes.hpp"
#include "bench/processor_costs.hpp"
#include "bench/site/site.hpp"
#include "bench/stopwatch.hpp"
#include "bench/writers.hpp"

namespace contrail::bench {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t fleet_consumers = 2;
constexpr double mib = 1 << 20;

/// Each stage alone, by its bare loop.
void measure_bare_stages(Bench& bench) {
    const Site site(bench.servers(), Keeping::on_disk);
    double slowest = 0;
    const auto measure = [&](const std::string& stage, const std::function<void()>& work) {
        const Stopwatch watch;
        work();
        const double rate = watch.rate(bench.records());
        bench.record({"bare stages", stage, "records/s"}, rate);
        slowest = slowest == 0 ? rate : std::min(slowest, rate);
    };
    measure("staging", [&] { write_rides(site, bench.records()); });
    BareRelay relay(site);
    measure("relay", [&] { relay.run(); });
    const BareRedis redis(site.settings());
    measure("XREAD", [&] { bare_read(redis, site.settings().stream_name); });
    bench.record({"bare stages", "slowest", "records/s"}, slowest);
}

/// The largest sizes of outbox and log, sampled ten times a second.
class Sizes {
public:
    explicit Sizes(const Site& site) : site_(site), redis_(site.settings()) {}

    void sample() {
        if (polls_++ % 50 != 0) return;
        const std::string table = site_.table("staged_log_records");
        outbox_bytes_ =
            std::max(outbox_bytes_,
                     site_.database().number("SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits "
                                             "WHERE inhparent = '" +
                                             table + "'::regclass"));
        const ReplyHandle usage = redis_.run({"MEMORY", "USAGE", site_.settings().stream_name});
        if (usage->type == REDIS_REPLY_INTEGER)
            stream_bytes_ = std::max(stream_bytes_, static_cast<std::uint64_t>(usage->integer));
    }

    void record(Bench& bench) const {
        bench.record({"at most", "outbox", "MiB"}, static_cast<double>(outbox_bytes_) / mib);
        bench.record({"at most", "log", "MiB"}, static_cast<double>(stream_bytes_) / mib);
    }

private:
    const Site& site_;
    BareRedis redis_;
    std::uint64_t polls_ = 0;
    std::uint64_t outbox_bytes_ = 0;
    std::uint64_t stream_bytes_ = 0;
};

ProcessorCosts::Processes processes_of(Fleet& fleet) {
    return {{"streamer", fleet.streamer().pid()}, {"each consumer", fleet.consumer().pid()}};
}

void measure_fleet(Bench& bench) {
    const Site site(bench.servers(), Keeping::on_disk);
    Fleet fleet(site, fleet_consumers);
    Sizes sizes(site);
    const ProcessorCosts costs(bench.servers(), processes_of(fleet));
    const Stopwatch watch;
    auto writing = std::async(std::launch::async, [&] { write_rides(site, bench.records()); });
    fleet.wait_until_consumed(bench.records(), [&] { sizes.sample(); });
    const double rate = watch.rate(bench.records());
    writing.get();
    bench.record({"contrail", "two consumers", "records/s", {{"slowest", "bare stages"}}}, rate);
    costs.record(bench, "at work", "µs/record", 1e6 / static_cast<double>(bench.records()));
    sizes.record(bench);
    bench.record({"at most", "streamer", "MiB"}, peak_resident_mib(fleet.streamer().pid()));
    bench.record({"at most", "each consumer", "MiB"}, peak_resident_mib(fleet.consumer().pid()));

    // The same fleet with nothing to do. It first has a second to finish what the work left behind.
    std::this_thread::sleep_for(1s);
    const ProcessorCosts idle_costs(bench.servers(), processes_of(fleet));
    std::this_thread::sleep_for(3s);
    idle_costs.record(bench, "idle", "% of a processor", 100 / 3.0);
}

}  // namespace

void measure_end_to_end(Bench& bench) {
    bench.repeat([&] {
        measure_bare_stages(bench);
        measure_fleet(bench);
    });
}

}  // namespace contrail::bench
