#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/bare/kafka.hpp"
#include "bench/benchmarks/measures.hpp"
#include "bench/stopwatch.hpp"
#include "contrail/kafka.hpp"
#include "contrail/streamer.hpp"
#include "kafka/endpoint.hpp"
#include "kafka/topics.hpp"
#include "support/private_kafka.hpp"

namespace contrail::bench {

namespace {

constexpr std::uint64_t sealed_ms = 1'700'000'000'000;
constexpr std::size_t chunk_records = 1'000;
constexpr std::uint64_t single_share = 1'000;  ///< One in so many records has a transaction of its own.

std::vector<Record> rides(std::uint64_t count) {
    std::vector<Record> made;
    made.reserve(count);
    for (std::uint64_t ride = 1; ride <= count; ++ride)
        made.push_back({.id = {sealed_ms, Offset{ride}},
                        .action = "create",
                        .object = "ride",
                        .data = fmt::format(R"({{"id": {}, "distance": 50000.0}})", ride)});
    return made;
}

/// A topic of its own, which exists.
Settings fresh_topic(const std::string& brokers) {
    static int number = 0;
    Settings settings;
    settings.log_url = "kafka://" + brokers + "/bench" + std::to_string(++number);
    kafka::create_topics(kafka::endpoint_of(settings));
    return settings;
}

/// As the streamer does it: it begins the next appends before it ends the first.
void append(Log& log, std::span<const Record> records) {
    RecordId head;
    std::size_t begun = 0;
    while (!records.empty() || begun > 0) {
        if (!records.empty() && begun <= StreamerOptions{}.appends_in_flight_max) {
            const auto chunk = records.first(std::min(records.size(), chunk_records));
            log.append_begin(head, chunk);
            head = chunk.back().id;
            records = records.subspan(chunk.size());
            ++begun;
            continue;
        }
        log.append_end();
        --begun;
    }
}

std::vector<double> append_singly(Log& log, std::span<const Record> records) {
    std::vector<double> milliseconds;
    RecordId head;
    for (const Record& record : records) {
        const Stopwatch watch;
        log.append_begin(head, {&record, 1});
        head = log.append_end();
        milliseconds.push_back(watch.seconds() * 1'000);
    }
    return milliseconds;
}

/// Returns the rate from the first chunk on, as the bare loop does from the first entry.
double read_rate(Log& log, std::uint64_t count) {
    std::vector<Record> chunk;
    RecordId after;
    std::optional<Stopwatch> watch;
    std::uint64_t at_first = 0;
    while (after.offset.value < count) {
        log.read_begin(after, {}, std::chrono::seconds(1));
        log.read_end(chunk);
        if (chunk.empty()) continue;
        after = chunk.back().id;
        if (watch) continue;
        watch.emplace();
        at_first = after.offset.value;
    }
    return watch.value().rate(count - at_first);
}

/// A log that leads, on a topic of its own.
std::unique_ptr<Log> leading_log(const Settings& settings) {
    auto log = kafka_log(settings);
    static_cast<void>(log->incarnation());
    return log;
}

double rate_of(std::size_t records, const std::vector<double>& milliseconds) {
    return static_cast<double>(records) * 1'000 / std::reduce(milliseconds.begin(), milliseconds.end());
}

}  // namespace

void measure_kafka(Bench& bench) {
    test::PrivateKafka broker;
    const std::string brokers = broker.address();
    const auto records = rides(bench.records());
    const auto singles =
        std::span(records).first(std::max<std::uint64_t>(bench.records() / single_share, 20));
    const std::size_t transaction_records = (StreamerOptions{}.appends_in_flight_max + 1) * chunk_records;
    bench.repeat([&] {
        const BareKafka bare(brokers, kafka::endpoint_of(fresh_topic(brokers)).topic);
        bench.record({"append", "bare librdkafka", "records/s"},
                     rate_of(records.size(), bare.append(records, transaction_records)));
        const Settings settings = fresh_topic(brokers);
        const auto log = leading_log(settings);
        const Stopwatch our_append;
        append(*log, records);
        bench.record({"append", "contrail", "records/s", {{"bare librdkafka"}}},
                     our_append.rate(records.size()));

        bench.record({"read", "bare librdkafka", "records/s"}, bare.read(records.size()));
        bench.record({"read", "contrail", "records/s", {{"bare librdkafka"}}},
                     read_rate(*kafka_log(settings), records.size()));

        const BareKafka bare_single(brokers, kafka::endpoint_of(fresh_topic(brokers)).topic);
        bench.record({"append of one record", "bare librdkafka p50", "ms"},
                     spread(bare_single.append({singles.begin(), singles.end()}, 1)).median);
        const auto single = leading_log(fresh_topic(brokers));
        bench.record({"append of one record", "contrail p50", "ms", {{"bare librdkafka p50"}}},
                     spread(append_singly(*single, singles)).median);
    });
    bench.note(
        "One broker on the same machine, with `acks=all`. Transactions of 4,000 records, except where a record "
        "has one of its own.");
}

}  // namespace contrail::bench
