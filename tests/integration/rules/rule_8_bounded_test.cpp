// Rule 8: memory stays flat however long the backlog, and a stalled part slows or stops the parts before it
// and says so.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <variant>

#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "contrail/retention.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

namespace {

std::size_t bytes_of(const std::vector<Record>& records) {
    std::size_t bytes = 0;
    for (const Record& record : records)
        bytes += record.action.size() + record.object.size() + record.data.size();
    return bytes;
}

/// How large the chunks of a long series were.
struct Chunks {
    std::size_t records = 0;
    std::size_t records_max = 0;
    std::size_t bytes_max = 0;

    void add(const std::vector<Record>& chunk) {
        records += chunk.size();
        records_max = std::max(records_max, chunk.size());
        bytes_max = std::max(bytes_max, bytes_of(chunk));
    }
};

constexpr std::uint64_t backlog_records = 50'000;
constexpr std::size_t large_record_bytes = 100'000;

/// Stages a long backlog of small records, and after it some large ones.
void stage_backlog(Pipeline& pipeline) {
    pipeline.database.run(
        "INSERT INTO contrail.staged_log_records (action, object, data) "
        "SELECT 'create', 'ride', to_jsonb(i) FROM generate_series(1, " +
        std::to_string(backlog_records) + ") i UNION ALL SELECT 'create', 'ride', to_jsonb(repeat('x', " +
        std::to_string(large_record_bytes) + ")) FROM generate_series(1, 100)");
}

constexpr ChunkLimits chunk_limits{.records_max = 500, .bytes_max = 300'000};

/// A chunk ends with the record that reaches its limit.
constexpr std::size_t chunk_bytes_max = chunk_limits.bytes_max + large_record_bytes + 100;

}  // namespace

TEST(Bounded, IsWhatAStreamerReadsAtOnceHoweverLongTheBacklog) {
    Pipeline pipeline;
    stage_backlog(pipeline);
    const auto outbox = postgres_outbox(pipeline.settings);
    const OpenBatch batch = outbox->next(outbox->newest()).value();

    Chunks chunks;
    std::vector<Record> chunk;
    const auto reader = outbox->read(batch, batch.first);
    for (reader->read(chunk, chunk_limits); !chunk.empty(); reader->read(chunk, chunk_limits))
        chunks.add(chunk);

    EXPECT_EQ(chunks.records, backlog_records + 100);
    EXPECT_LE(chunks.records_max, chunk_limits.records_max);
    EXPECT_LE(chunks.bytes_max, chunk_bytes_max);
}

TEST(Bounded, IsWhatAConsumerReadsAtOnceHoweverFarItIsBehind) {
    Pipeline pipeline;
    stage_backlog(pipeline);
    pipeline.stream();

    const auto log = redis_log(pipeline.settings);
    const auto checkpoints = postgres_checkpoints(pipeline.settings);
    Chunks batches;
    const Handler measure = [&](Transaction&, std::span<const Record> records) {
        batches.add({records.begin(), records.end()});
    };
    Consumer consumer(ConsumerName("late"), *log, *checkpoints, measure,
                      {.batch = chunk_limits, .read_wait_max = std::chrono::milliseconds(0)}, system_clock());
    while (batches.records < backlog_records + 100) consumer.run_once();

    EXPECT_LE(batches.records_max, chunk_limits.records_max);
    EXPECT_LE(batches.bytes_max, chunk_bytes_max);
}

TEST(Bounded, IsWhatAnIdleConsumerCostsItsDatabase) {
    Pipeline pipeline;
    pipeline.stage({"1"});
    pipeline.stream();
    const auto checkpoints = postgres_checkpoints(pipeline.settings);
    const auto log = redis_log(pipeline.settings);
    Consumer consumer(
        ConsumerName("consumer"), *log, *checkpoints, [](Transaction&, std::span<const Record>) {},
        {.read_wait_max = std::chrono::milliseconds(0),
         .report_every = std::chrono::milliseconds(0),
         .marked_check_every = std::chrono::milliseconds(0)},
        system_clock());
    ASSERT_EQ(consumer.run_once(), 1U);

    const auto next_xid = [&] {
        return pipeline.database.value("SELECT pg_snapshot_xmax(pg_current_snapshot())");
    };
    const std::string before = next_xid();
    for (int turn = 0; turn < 10; ++turn) EXPECT_EQ(consumer.run_once(), 0U);
    EXPECT_EQ(next_xid(), before) << "no transaction id, and so nothing in the WAL";
}

TEST(Bounded, IsARecord) {
    Pipeline pipeline;
    EXPECT_THAT([&] { pipeline.stage({'"' + std::string(2 << 20, 'x') + '"'}); },
                ThrowsMessage<std::runtime_error>(HasSubstr("data_has_at_most_1_mib")));
}

TEST(Bounded, IsALogWhoseServerIsFullByAStreamerThatWaitsAndSaysSo) {
    Pipeline pipeline;
    pipeline.stage({"1"});
    pipeline.stream();
    pipeline.stage({"2"});

    const auto outbox = postgres_outbox(pipeline.settings);
    const auto log = redis_log(pipeline.settings);
    std::vector<StreamerEvent> events;
    Streamer::Options options;
    options.memory_check_every = Clock::Duration::zero();
    Streamer streamer(*outbox, *log, system_clock(), options,
                      [&](const StreamerEvent& event) { events.push_back(event); });
    const auto told = [&]<typename Event>(std::type_identity<Event>) {
        return std::ranges::any_of(events,
                                   [](const auto& event) { return std::holds_alternative<Event>(event); });
    };

    pipeline.redis.run({"CONFIG", "SET", "maxmemory", "1"});
    EXPECT_EQ(streamer.run_once(), 0U);
    EXPECT_TRUE(told(std::type_identity<streamer_event::HeldBack>{}));
    EXPECT_THAT(pipeline.logged_data(), ElementsAre("1"));

    pipeline.redis.run({"CONFIG", "SET", "maxmemory", "0"});
    EXPECT_EQ(streamer.run_once(), 1U);
    EXPECT_EQ(streamer.run_once(), 0U);
    EXPECT_TRUE(told(std::type_identity<streamer_event::Resumed>{}));
    EXPECT_THAT(pipeline.logged_data(), ElementsAre("1", "2"));
}

TEST(Bounded, AreALogAndAnOutboxWhoseConsumersKeepUp) {
    constexpr std::size_t round_records = 200;
    // Redis drops whole nodes, and an outbox empties a segment after it has begun the next.
    constexpr std::size_t logged_max = round_records + 100;
    constexpr std::size_t staged_max = 3 * round_records;
    Pipeline pipeline;
    const auto outbox = postgres_outbox(pipeline.settings, {.bytes_max = 0, .current_max = {}});
    const auto log = redis_log(pipeline.settings);
    Retention retention(*outbox, *log, system_clock(), {});

    for (int round = 0; round < 20; ++round) {
        pipeline.stage(std::vector<std::string>(round_records, "{}"));
        pipeline.stream();
        pipeline.consume();
        pipeline.consume();  // reports what it has applied
        retention.run_once();
        EXPECT_LE(pipeline.logged().size(), logged_max);
        EXPECT_LE(std::stoull(pipeline.database.value("SELECT count(*) FROM contrail.staged_log_records")),
                  staged_max);
    }
}

}  // namespace contrail::test
