// What the Ruby original's consumer promised, and its streamer's double send.

#include "consumer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "commands.hpp"
#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "streamer.hpp"
#include "support/pipeline.hpp"

namespace rocket_rides {

using contrail::test::Pipeline;
using ::testing::SizeIs;

class TotalDistanceTest : public ::testing::Test {
protected:
    TotalDistanceTest() { migrate(pipeline.settings); }

    void ride(int id, double distance) {
        pipeline.stage(
            {R"({"id": )" + std::to_string(id) + R"(, "distance": )" + std::to_string(distance) + "}"});
        pipeline.stream();
    }

    /// Starts a consumer anew and lets it work until nothing is left: how many records a log hands over at
    /// once is its own affair. Returns how many were committed.
    std::size_t consume(double crash_rate = 0) {
        const auto log = contrail::redis_log(pipeline.settings);
        const auto checkpoints = contrail::postgres_checkpoints(pipeline.settings);
        Crashes crashes({.mode = Crashes::Mode::exception, .rate = crash_rate, .seed = 1});
        contrail::Consumer consumer(
            contrail::ConsumerName("consumer0"), *log, *checkpoints,
            [&](auto& transaction, auto records) {
                add_up(transaction, records, "consumer0", true);
                crashes.perhaps();
            },
            {.read_wait_max = std::chrono::milliseconds(0)}, contrail::system_clock());
        std::size_t committed = 0;
        while (const std::size_t records = consumer.run_once()) committed += records;
        return committed;
    }

    std::string total() {
        return pipeline.database.value("SELECT total_distance FROM consumer_states WHERE name = 'consumer0'");
    }

    Pipeline pipeline;
};

TEST_F(TotalDistanceTest, ConsumesAndCreatesACheckpoint) {
    ride(123, 2.0);
    ride(124, 3.0);
    EXPECT_EQ(consume(), 2U);
    EXPECT_EQ(total(), "5");
    EXPECT_EQ(pipeline.checkpoint("consumer0"), pipeline.logged().back().id.to_string());
}

TEST_F(TotalDistanceTest, ConsumesAndUpdatesACheckpoint) {
    ride(123, 2.0);
    consume();
    ride(124, 3.0);
    EXPECT_EQ(consume(), 1U);
    EXPECT_EQ(total(), "5");
    EXPECT_EQ(pipeline.checkpoint("consumer0"), pipeline.logged().back().id.to_string());
}

TEST_F(TotalDistanceTest, DoesNothingOnAnEmptyLog) {
    EXPECT_EQ(consume(), 0U);
    EXPECT_EQ(total(), "");
}

TEST_F(TotalDistanceTest, ConsumesOnceWhatTheStreamerSentTwice) {
    pipeline.stage({R"({"id": 123, "distance": 2.0})"});
    const auto outbox = contrail::postgres_outbox(pipeline.settings);
    const auto log = contrail::redis_log(pipeline.settings);
    DoubleSendingLog doubling(*log, 1.0, 1);
    contrail::Streamer streamer(*outbox, doubling, contrail::system_clock(), {});
    while (streamer.run_once() > 0) {
    }

    EXPECT_THAT(pipeline.logged(), SizeIs(1));
    EXPECT_EQ(consume(), 1U);
    EXPECT_EQ(total(), "2");
}

TEST_F(TotalDistanceTest, CommitsNothingWhenItCrashesOnPurpose) {
    ride(123, 2.0);
    EXPECT_THROW(consume(1.0), contrail::Error);
    EXPECT_EQ(total(), "");
    EXPECT_EQ(pipeline.checkpoint("consumer0"), "0-0") << "its name is registered";
    EXPECT_EQ(consume(), 1U);
    EXPECT_EQ(total(), "2");
}

TEST_F(TotalDistanceTest, GoesOnFromWhatTheTableHasAfterACrash) {
    ride(123, 2.0);
    consume();
    ride(124, 3.0);
    EXPECT_THROW(consume(1.0), contrail::Error);
    EXPECT_EQ(consume(), 1U);
    EXPECT_EQ(total(), "5");
}

TEST_F(TotalDistanceTest, GoesOnFromATotalThatWasCorrectedMeanwhile) {
    ride(123, 2.0);
    consume();
    pipeline.database.run("UPDATE consumer_states SET total_distance = 10");
    ride(124, 3.0);
    consume();
    EXPECT_EQ(total(), "13");
}

// Sums of doubles depend on how they are grouped: 901.9 + (35.4 + 30.3) is 967.6, one after the
// other they make 967.5999999999999.
TEST_F(TotalDistanceTest, IsTheSameBitForBitWhereverBatchesEnd) {
    pipeline.stage({R"({"id": 1, "distance": 901.9})"});
    pipeline.stream();
    consume();
    pipeline.stage({R"({"id": 2, "distance": 35.4})", R"({"id": 3, "distance": 30.3})"});
    pipeline.stream();
    consume();
    EXPECT_EQ(total(), "967.5999999999999");
}

TEST_F(TotalDistanceTest, FollowsUpdatesAndDeletions) {
    pipeline.stage({R"({"id": 1, "distance": 10})", R"({"id": 2, "distance": 20})"});
    pipeline.database.run(
        R"(SELECT contrail.stage('update', 'ride', '{"id": 1, "distance": 15, "previous_distance": 10}');
           SELECT contrail.stage('delete', 'ride', '{"id": 2, "previous_distance": 20}'))");
    pipeline.stream();
    EXPECT_EQ(consume(), 4U);
    EXPECT_EQ(total(), "15");
}

}  // namespace rocket_rides
