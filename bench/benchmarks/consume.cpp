#include "bench/adder.hpp"
#include "bench/bare/read.hpp"
#include "bench/benchmarks/measures.hpp"
#include "bench/site/site.hpp"
#include "bench/stopwatch.hpp"

namespace contrail::bench {

namespace {

double bare(const Site& site) {
    const BareRedis redis(site.settings());
    const Stopwatch watch;
    return watch.rate(bare_read(redis, site.settings().stream_name));
}

/// The time includes the registration, a few milliseconds. Otherwise a batch would be read before the clock
/// starts.
double ours(const Site& site, std::uint64_t records) {
    static int number = 0;
    Adder adder(site.settings(), "adder" + std::to_string(++number));
    const Stopwatch watch;
    adder.consume(records);
    return watch.rate(records);
}

}  // namespace

void measure_consume(Bench& bench) {
    const Site site(bench.servers(), Keeping::on_disk);
    site.stage(bench.records());
    site.stream();
    bench.repeat([&] {
        bench.record({"", "bare XREAD", "records/s"}, bare(site));
        bench.record({"", "contrail", "records/s", {{"bare XREAD"}}}, ours(site, bench.records()));
    });
}

}  // namespace contrail::bench
