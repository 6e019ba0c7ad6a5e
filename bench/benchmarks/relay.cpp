#include "bench/bare/relay.hpp"
#include "bench/benchmarks/measures.hpp"
#include "bench/site/site.hpp"
#include "bench/stopwatch.hpp"
#include "bench/streaming.hpp"

namespace contrail::bench {

namespace {

double bare(Bench& bench, Keeping keeping) {
    const Site site(bench.servers(), keeping);
    BareRelay relay(site);
    site.stage(bench.records());
    const Stopwatch watch;
    return watch.rate(relay.run());
}

double ours(Bench& bench, Keeping keeping) {
    const Site site(bench.servers(), keeping);
    Streaming streaming(site.settings());
    site.stage(bench.records());
    const Stopwatch watch;
    streaming.drain();
    return watch.rate(bench.records());
}

}  // namespace

void measure_relay(Bench& bench) {
    bench.repeat([&] {
        for (const Keeping keeping : bench.servers().keepings()) {
            const std::string setting(name(keeping));
            bench.record({setting, "bare loop", "records/s"}, bare(bench, keeping));
            bench.record({setting, "contrail", "records/s", {{"bare loop"}}}, ours(bench, keeping));
        }
    });
}

}  // namespace contrail::bench
