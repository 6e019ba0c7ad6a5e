#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/benchmarks/measures.hpp"
#include "bench/site/site.hpp"
#include "bench/stopwatch.hpp"
#include "bench/workers.hpp"
#include "contrail/log.hpp"
#include "contrail/record_key.hpp"
#include "contrail/redis.hpp"

namespace contrail::bench {

namespace {

using std::chrono::microseconds;

struct Setting {
    microseconds handler;
    std::uint32_t segments;
    std::uint32_t processes = 1;
};

/// Without a time, a handler does nothing, and what is measured is the cost of everything else.
std::vector<Setting> settings() {
    std::vector<Setting> all;
    for (const microseconds handler :
         {microseconds(0), microseconds(100), microseconds(1'000), microseconds(10'000)})
        for (const std::uint32_t segments : {0U, 1U, 8U, 32U}) all.push_back({handler, segments});
    for (const std::uint32_t segments : {2U, 4U, 16U}) all.push_back({microseconds(1'000), segments});
    for (const std::uint32_t segments : {16U, 32U}) all.push_back({microseconds(1'000), segments, 4});
    return all;
}

std::string text_of(microseconds handler) {
    return fmt::format("{} ms", static_cast<double>(handler.count()) / 1'000);
}

std::string text_of(const Setting& setting) {
    std::string text = text_of(setting.handler);
    if (setting.segments == 0) return text + ", ordinary consumer";
    text += fmt::format(", {} {}", setting.segments, setting.segments == 1 ? "segment" : "segments");
    return setting.processes == 1 ? text : text + fmt::format(" in {} processes", setting.processes);
}

/// What takes a handler about as long in each setting: `unit` records, if it takes a millisecond.
std::uint64_t records_for_each(const Setting& setting, std::uint64_t unit) {
    const auto handler_us = std::max<std::uint64_t>(static_cast<std::uint64_t>(setting.handler.count()), 100);
    return std::max<std::uint64_t>(unit * 1'000 / handler_us, 1);
}

std::uint64_t records_for(const Setting& setting, std::uint64_t unit) {
    return std::min(std::max(setting.segments, 1U) * records_for_each(setting, unit), 40 * unit);
}

/// How many records after `begin` the segment has that has most of them. The ride's id is the record's offset.
std::uint64_t records_of_largest_segment(RecordId begin, RecordId head, std::uint32_t segments) {
    std::vector<std::uint64_t> counts(std::max(segments, 1U));
    for (std::uint64_t id = begin.offset.value + 1; id <= head.offset.value; ++id)
        ++counts[key_hash("ride/" + std::to_string(id)) % counts.size()];
    return std::ranges::max(counts);
}

/// The handler alone, in one loop.
double bare(microseconds handler, std::uint64_t records) {
    const Stopwatch watch;
    for (std::uint64_t i = 0; i < records; ++i) pass(handler);
    return watch.rate(records);
}

}  // namespace

void measure_workers(Bench& bench) {
    bench.note(
        "The handler waits for so long with each record, and does nothing else. Ideal: each segment at the rate of a "
        "bare loop that waits; the segment with the most records ends last. Without a wait, the limit is an ordinary "
        "consumer.");
    const Site site(bench.servers(), Keeping::on_disk);
    site.stage(40 * bench.records());
    site.stream();
    const RecordId head = redis_log(site.settings())->head();
    bench.repeat([&] {
        static int number = 0;
        for (const Setting& setting : settings()) {
            const std::uint64_t records = records_for(setting, bench.records());
            const RecordId begin{head.sealed_ms, Offset{head.offset.value - records}};  // They are one batch.
            const std::string name = text_of(setting);
            Series::Limit limit{"contrail", text_of({setting.handler, 0})};
            if (setting.handler.count() > 0) {
                const double alone = bare(setting.handler, records_for_each(setting, bench.records()));
                const auto most = records_of_largest_segment(begin, head, setting.segments);
                bench.record({name, "ideal", "records/s"},
                             alone * static_cast<double>(records) / static_cast<double>(most));
                limit = {"ideal"};
            }
            Workers workers(site, "workers" + std::to_string(++number), begin,
                            {setting.segments, setting.processes, setting.handler});
            const bool is_own_limit = setting.handler.count() == 0 && setting.segments == 0;
            bench.record({name, "contrail", "records/s", is_own_limit ? std::nullopt : std::optional(limit)},
                         static_cast<double>(records) / workers.seconds_until(head.offset));
        }
    });
}

}  // namespace contrail::bench
