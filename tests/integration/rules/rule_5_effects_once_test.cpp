// Rule 5: a transactional consumer's effects and its checkpoint commit together, or neither does; two
// processes under one consumer name cannot both advance it.

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "operations/consumers/reset.hpp"
#include "support/pipeline.hpp"
#include "support/wait_until.hpp"
#include "testing/faults.hpp"

namespace contrail::test {

/// A consumer whose effect is a sum in a table.
class EffectsOnce : public ::testing::Test {
protected:
    EffectsOnce() {
        pipeline.database.run("CREATE TABLE sums (n bigint NOT NULL); INSERT INTO sums VALUES (0)");
    }

    static void add_up(Transaction& transaction, std::span<const Record> records) {
        for (const auto& record : records)
            sql(transaction).execute("UPDATE sums SET n = n + $1", {record.data});
    }

    /// An instance with connections of its own.
    struct Instance {
        explicit Instance(const Settings& settings, std::size_t batch_records_max = 1'000)
            : log(redis_log(settings)),
              checkpoints(postgres_checkpoints(settings)),
              consumer(ConsumerName("sum"), *log, *checkpoints, add_up,
                       {.batch = {.records_max = batch_records_max},
                        .read_wait_max = std::chrono::milliseconds(0)},
                       system_clock()) {}

        std::unique_ptr<Log> log;
        std::unique_ptr<Checkpoints> checkpoints;
        Consumer consumer;
    };

    std::string sum() { return pipeline.database.value("SELECT n FROM sums"); }

    Pipeline pipeline;
};

TEST_F(EffectsOnce, IfTheConsumerCrashesBeforeItsCommit) {
    pipeline.stage({"5", "7"});
    pipeline.stream();
    const auto log = redis_log(pipeline.settings);
    const auto checkpoints = postgres_checkpoints(pipeline.settings);
    // load, advance, commit (where it begins), begin, advance, commit
    testing::OneFault at_commit(5, testing::Fault::crash_before);
    testing::FaultyCheckpoints failing(*checkpoints, at_commit);
    Consumer crashing(ConsumerName("sum"), *log, failing, add_up);

    EXPECT_THROW(crashing.run_once(), testing::Crash);
    EXPECT_EQ(sum(), "0");
    EXPECT_EQ(pipeline.checkpoint("sum"), "0-0") << "where it began";

    Instance(pipeline.settings).consumer.run_once();
    EXPECT_EQ(sum(), "12");
}

TEST_F(EffectsOnce, IfTheReplyToTheCommitIsLost) {
    pipeline.stage({"5", "7"});
    pipeline.stream();
    const auto log = redis_log(pipeline.settings);
    const auto checkpoints = postgres_checkpoints(pipeline.settings);
    testing::OneFault at_commit(3, testing::Fault::reply_lost);
    testing::FaultyCheckpoints failing(*checkpoints, at_commit);
    Consumer consumer(ConsumerName("sum"), *log, failing, add_up);

    EXPECT_THROW(consumer.run_once(), Error);
    while (consumer.run_once() > 0) {
    }

    EXPECT_EQ(sum(), "12");
}

TEST_F(EffectsOnce, IfItsSessionIsCutOffInTheMiddle) {
    pipeline.stage({"5", "7"});
    pipeline.stream();
    const auto log = redis_log(pipeline.settings);
    const auto checkpoints = postgres_checkpoints(pipeline.settings);
    bool cut = false;
    const Handler cuts_itself_off = [&](Transaction& transaction, std::span<const Record> records) {
        add_up(transaction, records);
        if (std::exchange(cut, true)) return;
        sql(transaction).execute("SELECT pg_terminate_backend(pg_backend_pid())");
    };
    Consumer consumer(ConsumerName("sum"), *log, *checkpoints, cuts_itself_off);

    EXPECT_THROW(consumer.run_once(), Error);
    EXPECT_EQ(consumer.run_once(), 2U);

    EXPECT_EQ(sum(), "12");
}

TEST_F(EffectsOnce, IfTwoInstancesOfOneNameWorkAtOnce) {
    std::vector<std::string> ones(2'000, "1");
    pipeline.stage(ones);
    pipeline.stream();
    std::vector<std::thread> instances;
    for (int i = 0; i < 2; ++i) {
        instances.emplace_back([&] {
            Instance instance(pipeline.settings, 10);
            // An instance that was overtaken returns 0 as well: look at the checkpoint, which both share.
            while (!instance.checkpoints->begin(ConsumerName("sum"))->checkpoint() ||
                   instance.checkpoints->begin(ConsumerName("sum"))->checkpoint()->offset < Offset{2'000}) {
                instance.consumer.run_once();
            }
        });
    }
    for (auto& instance : instances) instance.join();
    EXPECT_EQ(sum(), "2000");
}

TEST_F(EffectsOnce, IfASecondInstanceWaitsForTheFirst) {
    pipeline.stage({"5"});
    pipeline.stream();
    Instance(pipeline.settings).consumer.run_once();
    pipeline.stage({"7"});
    pipeline.stream();

    const auto first = postgres_checkpoints(pipeline.settings);
    auto transaction = first->begin(ConsumerName("sum"));
    const RecordId last = pipeline.logged().back().id;
    std::thread second([&] {
        // Waits in begin() until the first has committed, and then sees its checkpoint.
        const auto checkpoints = postgres_checkpoints(pipeline.settings);
        EXPECT_EQ(checkpoints->begin(ConsumerName("sum"))->checkpoint(), last);
    });
    wait_until("the second one waits", [&] {
        return pipeline.database.value("SELECT count(*) FROM pg_locks WHERE NOT granted") != "0";
    });
    EXPECT_TRUE(transaction->advance(last));
    transaction->commit();
    second.join();
}

// FLUSHALL while the streamer is away. The consumer's database is another one than the service's, and knows nothing of
// what was sealed.
TEST_F(EffectsOnce, ThoughTheConsumerStartsFromLatestInAnEmptiedLog) {
    pipeline.stage({"5", "7"});
    pipeline.stream();
    pipeline.redis.run({"FLUSHALL"});

    const auto log = redis_log(pipeline.settings);
    Settings own = fresh_settings();
    own.stream_name = pipeline.settings.stream_name;
    const auto checkpoints = postgres_checkpoints(own);
    std::vector<std::string> applied;
    Consumer late(
        ConsumerName("late"), *log, *checkpoints,
        [&](Transaction&, std::span<const Record> records) {
            for (const Record& record : records) applied.push_back(record.data);
        },
        {.start = start::Latest{}, .read_wait_max = std::chrono::milliseconds(0)}, system_clock());
    try {
        late.run_once();
        FAIL() << "it believed an emptied log";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::call) << error.what();
    }

    pipeline.stream();
    EXPECT_EQ(late.run_once(), 0U);
    pipeline.stage({"9"});
    pipeline.stream();
    EXPECT_EQ(late.run_once(), 1U);
    EXPECT_EQ(applied, std::vector<std::string>{"9"});
}

TEST_F(EffectsOnce, ThoughTheConsumerIsResetToTheEndOfAnEmptiedLog) {
    pipeline.stage({"5", "7"});
    pipeline.stream();
    Instance(pipeline.settings).consumer.run_once();
    pipeline.redis.run({"FLUSHALL"});

    const auto log = redis_log(pipeline.settings);
    const auto checkpoints = postgres_checkpoints(pipeline.settings);
    const auto segments = postgres_consumer_segments(pipeline.settings);
    const auto plan = [&](const std::string& place) {
        return operations::plan_reset(ConsumerName("sum"), place, *checkpoints, *segments, *log,
                                      system_clock());
    };
    for (const char* place : {"latest", "earliest"}) EXPECT_THROW(plan(place), Error) << place;

    pipeline.stream();
    EXPECT_EQ(plan("latest").to.offset, Offset{2});
    EXPECT_EQ(plan("earliest").to, RecordId{});
}

}  // namespace contrail::test
