// Rule 7: a record leaves the log and the outbox only when every registered consumer is past it, or when an
// operator's limit says so, which marks the consumer that it cuts off.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "contrail/clock.hpp"
#include "contrail/error.hpp"
#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "contrail/retention.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A log with two consumers that have applied record 1.
class NothingNeededIsDropped : public ::testing::Test {
protected:
    NothingNeededIsDropped() {
        // One entry a node: Redis drops whole nodes.
        pipeline.redis.run({"CONFIG", "SET", "stream-node-max-bytes", "1"});
        publish({"1"});
        apply_all("quick");
        apply_all("slow");
    }

    void publish(const std::vector<std::string>& records) {
        pipeline.stage(records);
        pipeline.stream();
    }

    /// The consumer applies all that the log holds, and then reports that.
    void apply_all(const std::string& name) {
        pipeline.consume(name);
        pipeline.consume(name);
    }

    /// One pass of retention, over an outbox that begins a new segment at each.
    void retain(const Retention::Limits& limits = {}) {
        const auto outbox = postgres_outbox(pipeline.settings, {.bytes_max = 0, .current_max = {}});
        const auto log = redis_log(pipeline.settings);
        Retention(*outbox, *log, system_clock(), {.limits = limits}).run_once();
    }

    std::string staged() {
        return pipeline.database.value(
            "SELECT string_agg(data::text, ' ' ORDER BY id) FROM contrail.staged_log_records");
    }

    Pipeline pipeline;
};

TEST_F(NothingNeededIsDropped, FromTheLogWhileAConsumerHasYetToApplyIt) {
    publish({"2", "3"});
    apply_all("quick");
    retain();
    EXPECT_THAT(pipeline.logged_data(), ElementsAre("1", "2", "3"));
    EXPECT_THAT(pipeline.consume("slow"), ElementsAre("2", "3"));

    apply_all("slow");
    retain();
    EXPECT_THAT(pipeline.logged_data(), ElementsAre("3")) << "the last record that all have applied stays";
}

TEST_F(NothingNeededIsDropped, FromTheOutboxSoThatALogThatWasLostIsFilledAgain) {
    retain();
    EXPECT_EQ(staged(), "");
    publish({"2", "3"});
    apply_all("quick");
    retain();
    EXPECT_EQ(staged(), "2 3");

    pipeline.redis.run({"UNLINK", pipeline.settings.stream_name});
    pipeline.stream();
    EXPECT_THAT(pipeline.consume("slow"), ElementsAre("2", "3"));
}

TEST_F(NothingNeededIsDropped, AlthoughRedisHasForgottenWhoNeedsIt) {
    retain();
    publish({"2", "3"});
    apply_all("quick");
    pipeline.redis.run({"UNLINK", pipeline.settings.stream_name + ":positions"});
    retain();
    EXPECT_THAT(pipeline.logged_data(), ElementsAre("2", "3"));
    EXPECT_EQ(staged(), "2 3");
}

TEST_F(NothingNeededIsDropped, WhileAConsumerWasSetBack) {
    publish({"2", "3"});
    apply_all("quick");
    apply_all("slow");
    pipeline.database.run("UPDATE contrail.checkpoints SET last_id = '" +
                          pipeline.logged()[0].id.to_string() + "' WHERE consumer = 'slow'");
    // It reports where it is before it has applied anything.
    const auto log = redis_log(pipeline.settings);
    log->consume_for(postgres_checkpoints(pipeline.settings)->owner());
    log->report_position(ConsumerName("slow"), pipeline.logged()[0].id);
    log->head();
    retain();
    EXPECT_THAT(pipeline.consume("slow"), ElementsAre("2", "3"));
}

TEST_F(NothingNeededIsDropped, UnlessALimitSaysSoWhichMarksTheConsumerThatItCutsOff) {
    publish({"2", "3", "4"});
    apply_all("quick");
    retain({.records_max = 1});
    EXPECT_THAT(pipeline.logged_data(), ElementsAre("4"));

    const auto consumers = postgres_outbox(pipeline.settings)->registry().consumers();
    for (const RegisteredConsumer& consumer : consumers) {
        EXPECT_EQ(consumer.cut_off.has_value(), consumer.name == ConsumerName("slow")) << consumer.name.str();
        if (!consumer.cut_off) continue;
        EXPECT_EQ(consumer.cut_off->first_missed, Offset{2});
        EXPECT_GE(consumer.cut_off->last_missed, Offset{3});
    }
    try {
        pipeline.consume("slow");
        FAIL() << "it passes over what it misses";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
        EXPECT_THAT(error.what(), HasSubstr("2 to 3"));
    }
}

/// The clock of a machine that is three seconds ahead.
class FastClock : public Clock {
public:
    Duration now() override { return system_clock().now(); }
    std::uint64_t unix_ms() override { return system_clock().unix_ms() + 3'000; }
    void wait(Pause pause, const std::stop_token& stop) override { system_clock().wait(pause, stop); }
};

TEST_F(NothingNeededIsDropped, ForItsAgeByAClockThatIsWrong) {
    publish({"2", "3"});
    apply_all("quick");
    const auto outbox = postgres_outbox(pipeline.settings);
    const auto log = redis_log(pipeline.settings);
    FastClock clock;
    std::optional<retention_event::ClocksDisagree> told;
    Retention retention(*outbox, *log, clock, {.limits = {.age_max = std::chrono::milliseconds(2'000)}},
                        [&](const RetentionEvent& event) {
                            if (const auto* clocks = std::get_if<retention_event::ClocksDisagree>(&event))
                                told = *clocks;
                        });
    retention.run_once();
    EXPECT_THAT(pipeline.logged_data(), ElementsAre("1", "2", "3"));
    ASSERT_TRUE(told.has_value());
    EXPECT_LT(told->ahead, std::chrono::milliseconds(-1'000));
    EXPECT_THAT(pipeline.consume("slow"), ElementsAre("2", "3"));
}

}  // namespace contrail::test
