#include <algorithm>
#include <cstddef>
#include <string>

#include "bench/adder.hpp"
#include "bench/bare/read.hpp"
#include "bench/bare/relay.hpp"
#include "bench/benchmarks/measures.hpp"
#include "bench/site/site.hpp"
#include "bench/stopwatch.hpp"
#include "bench/streaming.hpp"

namespace contrail::bench {

namespace {

struct Size {
    std::string setting;
    std::size_t bytes;
};

/// Bounds the bytes of all records of a measurement, in multiples of their number: large records are few.
constexpr std::uint64_t bytes_per_record = 400;

double bare_relay(Bench& bench, const Size& size, std::uint64_t records) {
    const Site site(bench.servers(), Keeping::on_disk);
    BareRelay relay(site);
    site.stage(records, size.bytes);
    const Stopwatch watch;
    return watch.rate(relay.run());
}

/// Reads as many records at once as a consumer does.
double bare_consume(const Site& site, const Size& size) {
    const BareRedis redis(site.settings());
    const std::size_t at_once = std::min<std::size_t>(1'000, ConsumerOptions{}.batch.bytes_max / size.bytes);
    const Stopwatch watch;
    return watch.rate(bare_read(redis, site.settings().stream_name, at_once));
}

double consume(Adder& adder, std::uint64_t records) {
    const Stopwatch watch;
    adder.consume(records);
    return watch.rate(records);
}

void measure(Bench& bench, const Size& size) {
    const std::uint64_t records =
        std::clamp<std::uint64_t>(bench.records() * bytes_per_record / size.bytes, 100, bench.records());
    const auto x = static_cast<double>(size.bytes);
    const auto record = [&](const std::string& subject, double rate,
                            std::optional<Series::Limit> limit = {}) {
        bench.record({size.setting, subject, "records/s", std::move(limit), x}, rate);
    };
    record("bare relay", bare_relay(bench, size, records));

    const Site site(bench.servers(), Keeping::on_disk);
    // It registers before there are records, so that it applies all of them.
    Adder adder(site.settings(), "adder");
    adder.begin();
    Streaming streaming(site.settings());
    site.stage(records, size.bytes);
    const Stopwatch watch;
    streaming.drain();
    record("relay", watch.rate(records), {{"bare relay"}});
    record("bare XREAD", bare_consume(site, size));
    record("consume", consume(adder, records), {{"bare XREAD"}});
}

}  // namespace

void measure_sizes(Bench& bench) {
    bench.note("Large records are fewer: all of a measurement hold at most " +
               std::to_string(bytes_per_record) + " times as many bytes as there are small records.");
    bench.repeat([&] {
        for (const Size& size :
             {Size{"40 B", 40}, Size{"400 B", 400}, Size{"4 kB", 4'000}, Size{"40 kB", 40'000}})
            measure(bench, size);
    });
}

}  // namespace contrail::bench
