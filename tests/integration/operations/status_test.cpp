#include "operations/status/status_poller.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "operations/status/status_json.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Three staged records.
class StatusOfALog : public ::testing::Test {
protected:
    StatusOfALog() { pipeline.stage({"1", "2", "3"}); }

    std::uint64_t sql(const std::string& query) { return std::stoull(pipeline.database.value(query)); }

    /// The value that follows `name` in XINFO STREAM.
    std::string xinfo(const std::string& name) {
        std::istringstream words(pipeline.redis.run({"XINFO", "STREAM", pipeline.settings.stream_name}));
        for (std::string word; words >> word;)
            if (word == name && words >> word) return word;
        return "";
    }

    void publish(const std::string& field, const std::string& json) {
        pipeline.redis.run({"HSET", pipeline.settings.stream_name + ":reports", field, json});
    }

    /// Unix time in milliseconds, by the log's server.
    std::uint64_t now_ms() {
        std::istringstream time(pipeline.redis.run({"TIME"}));
        std::uint64_t seconds = 0;
        time >> seconds;
        return seconds * 1000;
    }

    Pipeline pipeline;
    operations::StatusPoller poller{pipeline.settings};
};

TEST_F(StatusOfALog, TellsWhatWaitsInTheOutbox) {
    const operations::Status status = poller.poll();
    EXPECT_EQ(status.outbox.error, "");
    EXPECT_EQ(status.outbox.staged_offset, Offset{3});
    EXPECT_EQ(status.outbox.waiting_records, 3);
    EXPECT_EQ(status.log.head, RecordId{});
    EXPECT_EQ(status.log.records, 0);
    EXPECT_EQ(status.streamer.state, ProgramState::unknown);
    EXPECT_THAT(status.consumers, IsEmpty());
}

TEST_F(StatusOfALog, HasTheNumbersThatTheServersHave) {
    pipeline.stream();
    pipeline.consume("mailer");
    pipeline.consume("mailer");
    pipeline.stage({"4", "5"});
    const operations::Status status = poller.poll();

    EXPECT_EQ(status.log.head->to_string(), xinfo("last-generated-id"));
    EXPECT_EQ(std::to_string(*status.log.records), xinfo("length"));
    EXPECT_EQ(std::to_string(*status.log.bytes),
              pipeline.redis.run({"MEMORY", "USAGE", pipeline.settings.stream_name}));
    EXPECT_EQ(status.outbox.waiting_records, 2);
    EXPECT_EQ(status.outbox.staged_offset->value, sql("SELECT count(*) FROM contrail.staged_log_records"));
    ASSERT_THAT(status.outbox.segments, SizeIs(3));
    for (const auto& segment : status.outbox.segments) {
        const std::string table = "contrail.staged_log_records_" + std::to_string(segment.number);
        EXPECT_EQ(segment.bytes, sql("SELECT pg_total_relation_size('" + table + "')"));
    }
    ASSERT_THAT(status.consumers, SizeIs(1));
    EXPECT_EQ(status.consumers[0].name, "mailer");
    EXPECT_EQ(status.consumers[0].last->to_string(), pipeline.checkpoint("mailer"));
    EXPECT_EQ(status.consumers[0].lag_records, 0);
    EXPECT_EQ(status.consumers[0].lag_seconds, 0);
}

TEST_F(StatusOfALog, CountsEachRecordOnce) {
    (void)poller.poll();
    pipeline.stage({"4", "5"});
    EXPECT_EQ(poller.poll().outbox.waiting_records, 5);
    EXPECT_EQ(poller.poll().outbox.staged_offset, Offset{5});
    pipeline.stream();
    EXPECT_EQ(poller.poll().outbox.waiting_records, 0);
    pipeline.stage({"6"});
    EXPECT_EQ(poller.poll().outbox.waiting_records, 1);
    EXPECT_EQ(poller.poll().outbox.staged_offset, Offset{6});
}

TEST_F(StatusOfALog, CountsRecordsOfATransactionThatWasOpenAtThePollBefore) {
    AdminPostgres other(pipeline.settings.database_url);
    other.run("BEGIN; SELECT contrail.stage('create', 'ride', '4')");
    EXPECT_EQ(poller.poll().outbox.waiting_records, 3);
    pipeline.stage({"5"});
    EXPECT_EQ(poller.poll().outbox.waiting_records, 4);
    other.run("COMMIT");
    EXPECT_EQ(poller.poll().outbox.waiting_records, 5);
}

TEST_F(StatusOfALog, TellsSinceWhenSealedRecordsWait) {
    pipeline.stream();
    pipeline.redis.run({"DEL", pipeline.settings.stream_name});
    pipeline.database.run("UPDATE contrail.batches SET sealed_ms = sealed_ms - 60000 WHERE no = 1");
    const operations::Status status = poller.poll();
    EXPECT_EQ(status.outbox.waiting_records, 3);
    EXPECT_GE(status.outbox.oldest_waiting_seconds, 60);
    EXPECT_LT(status.outbox.oldest_waiting_seconds, 600);
}

TEST_F(StatusOfALog, HasRatesFromTheSecondPollOn) {
    EXPECT_EQ(poller.poll().log.records_per_second, std::nullopt);
    pipeline.stream();
    const operations::Status moved = poller.poll();
    EXPECT_GT(moved.log.records_per_second, 0);
    EXPECT_EQ(moved.streamer.state, ProgramState::streaming) << "it moves, though it tells nothing";
    EXPECT_EQ(poller.poll().log.records_per_second, 0);
}

TEST_F(StatusOfALog, TellsWhatProgramsReport) {
    const std::string now = std::to_string(now_ms());
    publish("streamer",
            R"({"state":"retrying","at_ms":)" + now + R"(,"error":"Redis is full","error_at_ms":17})");
    publish("consumer:mailer", R"({"state":"idle","at_ms":)" + now +
                                   R"(,"error":null,"latency_p50_ms":1.5,"latency_p99_ms":4})");
    const operations::Status status = poller.poll();
    EXPECT_EQ(status.streamer.state, ProgramState::retrying);
    ASSERT_TRUE(status.streamer.last_error);
    EXPECT_EQ(status.streamer.last_error->message, "Redis is full");
    EXPECT_EQ(status.streamer.last_error->at_ms, 17);
    ASSERT_THAT(status.consumers, SizeIs(1));
    EXPECT_EQ(status.consumers[0].state, ProgramState::idle);
    EXPECT_EQ(status.consumers[0].last, std::nullopt) << "it has not reported any position";
    EXPECT_EQ(status.consumers[0].latency_p50_ms, 1.5);
    EXPECT_EQ(status.consumers[0].latency_p99_ms, 4);
}

TEST_F(StatusOfALog, TakesWhoIsSilentForStoppedAndLeavesWhoHaltedHalted) {
    const std::string long_ago = std::to_string(now_ms() - 60'000);
    publish("streamer", R"({"state":"streaming","at_ms":)" + long_ago + "}");
    publish("consumer:mailer", R"({"state":"halted","at_ms":)" + long_ago + R"(,"error":"a gap"})");
    const operations::Status status = poller.poll();
    EXPECT_EQ(status.streamer.state, ProgramState::stopped);
    EXPECT_GE(status.streamer.seen_seconds, 60);
    EXPECT_EQ(status.consumers.at(0).state, ProgramState::halted);
    EXPECT_EQ(status.consumers.at(0).last_error->message, "a gap");
}

TEST_F(StatusOfALog, BearsWithReportsOfOthers) {
    publish("streamer", "not json");
    publish("consumer:\xff no name", R"({"state":"dancing","at_ms":"now"})");
    const operations::Status status = poller.poll();
    EXPECT_EQ(status.streamer.state, ProgramState::unknown);
    EXPECT_TRUE(nlohmann::json::accept(to_json(status)));
}

TEST_F(StatusOfALog, SaysWhichServerCouldNotBeAskedAndTellsTheRest) {
    pipeline.stream();
    pipeline.consume("mailer");
    pipeline.consume("mailer");
    const auto outbox = postgres_outbox(pipeline.settings);
    const auto reported = redis_log(pipeline.settings)->reports().positions;
    (void)outbox->registry().note({reported.begin(), reported.end()});

    Settings without_redis = pipeline.settings;
    without_redis.log_url = "unix:///nowhere";
    const operations::Status no_redis = operations::StatusPoller(without_redis).poll();
    EXPECT_THAT(no_redis.log.error, HasSubstr("/nowhere"));
    EXPECT_EQ(no_redis.outbox.error, "");
    EXPECT_EQ(no_redis.outbox.staged_offset, Offset{3});
    EXPECT_EQ(no_redis.outbox.waiting_records, std::nullopt);
    ASSERT_THAT(no_redis.consumers, SizeIs(1));
    EXPECT_EQ(no_redis.consumers[0].last->offset, Offset{3});
    EXPECT_EQ(no_redis.consumers[0].lag_records, std::nullopt);
    EXPECT_EQ(no_redis.consumers[0].state, ProgramState::unknown);

    Settings without_postgres = pipeline.settings;
    without_postgres.database_url = "postgres://nobody@localhost:1/nothing";
    const operations::Status no_postgres = operations::StatusPoller(without_postgres).poll();
    EXPECT_THAT(no_postgres.outbox.error, HasSubstr("nothing"));
    EXPECT_EQ(no_postgres.log.error, "");
    EXPECT_EQ(no_postgres.log.head->offset, Offset{3});
    ASSERT_THAT(no_postgres.consumers, SizeIs(1));
    EXPECT_EQ(no_postgres.consumers[0].lag_records, 0);
}

}  // namespace contrail::test
