// What programs report of themselves, on a real Redis, and what the status makes of it.

#include "redis/reports.hpp"

#include <gmock/gmock.h>

#include <future>

#include "contrail/at_least_once_consumer.hpp"
#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "operations/consumers/running.hpp"
#include "operations/status/observer.hpp"
#include "redis/url.hpp"
#include "servers/temporary_directory.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

using ::testing::HasSubstr;

class Reports : public ::testing::Test {
protected:
    Reports() {
        pipeline.stage({"1", "2", "3"});
        pipeline.stream();
    }

    ConsumerStatus mailer() {
        for (const auto& consumer : observer.observe().consumers)
            if (consumer.name == "mailer") return consumer;
        return {};
    }

    /// Reports are told by a thread: waits until this one was.
    void wait_for(ProgramState state) {
        while (mailer().state != state) std::this_thread::yield();
    }

    const ConsumerName name{"mailer"};
    Pipeline pipeline;
    StatusObserver observer{pipeline.settings};
    std::unique_ptr<Log> log = redis_log(pipeline.settings);
    std::unique_ptr<Checkpoints> checkpoints = postgres_checkpoints(pipeline.settings);
};

TEST_F(Reports, TellWhatAConsumerIsAtAndHowLongItsRecordsTook) {
    const auto reports = redis_consumer_reports(pipeline.settings, name);
    Consumer consumer(
        name, *log, *checkpoints, [](Transaction&, std::span<const Record>) {}, {}, system_clock(), reports);
    consumer.run_once();
    wait_for(ProgramState::consuming);
    EXPECT_TRUE(mailer().latency_p50_ms);
    EXPECT_LE(mailer().latency_p50_ms, mailer().latency_p99_ms);
    EXPECT_EQ(mailer().last_error, std::nullopt);
}

TEST_F(Reports, TellWhyAConsumerHalted) {
    const Handler refuse = [](Transaction&, std::span<const Record>) {
        throw std::runtime_error("no distance");
    };
    {
        const auto reports = redis_consumer_reports(pipeline.settings, name);
        Consumer consumer(name, *log, *checkpoints, refuse, {.handler_attempts_max = 1}, system_clock(),
                          reports);
        EXPECT_THROW(consumer.run({}), Error);
    }
    EXPECT_EQ(mailer().state, ProgramState::halted);
    EXPECT_THAT(mailer().last_error->message, HasSubstr("no distance"));
    EXPECT_EQ(mailer().last->offset, Offset{0}) << "it has applied nothing";
}

TEST_F(Reports, TellOfAConsumerOfTheOtherKindAsWell) {
    const auto reports = redis_consumer_reports(pipeline.settings, name);
    AtLeastOnceConsumer consumer(
        name, *log, *checkpoints, [](std::span<const Record>) {}, {}, system_clock(), reports);
    consumer.run_once();
    wait_for(ProgramState::consuming);
}

TEST_F(Reports, TellOfTheEndOfAProgram) {
    {
        const auto reports = redis_consumer_reports(pipeline.settings, name);
        reports(consumer_event::Located{});
    }
    EXPECT_EQ(mailer().state, ProgramState::stopped);
}

TEST_F(Reports, OfOneThatStandsByAreNotHeardOverOneThatWorks) {
    redis::RedisReports reports(redis::endpoint_of(pipeline.settings),
                                StreamName(pipeline.settings.stream_name));
    reports.tell("streamer", {.state = ProgramState::idle});
    reports.tell("streamer", {.state = ProgramState::standing_by});
    EXPECT_EQ(observer.observe().streamer.state, ProgramState::idle);
    reports.tell("streamer", {.state = ProgramState::stopped});
    reports.tell("streamer", {.state = ProgramState::standing_by});
    EXPECT_EQ(observer.observe().streamer.state, ProgramState::standing_by);
}

TEST_F(Reports, AreForgottenWithTheirConsumer) {
    redis::RedisReports reports(redis::endpoint_of(pipeline.settings),
                                StreamName(pipeline.settings.stream_name));
    reports.tell("consumer:mailer", {.state = ProgramState::idle});
    log->forget(name);
    EXPECT_TRUE(observer.observe().consumers.empty());
}

TEST_F(Reports, AreSetThoughRedisIsOutOfMemory) {
    const servers::TemporaryDirectory folder;
    const servers::PrivateRedis small({.data_dir = folder.path(), .settings = {{"maxmemory", "1"}}});
    Settings settings = pipeline.settings;
    settings.redis_url = small.url();
    redis::RedisReports reports(redis::endpoint_of(settings), StreamName(settings.stream_name));
    reports.tell("streamer", {.state = ProgramState::held_back});
    EXPECT_EQ(reports.told().reports.at("streamer").state, ProgramState::held_back);
}

TEST_F(Reports, ThatCannotBeMadeDisturbNobodyAndAreComplainedOfOnce) {
    pipeline.redis.run({"SET", pipeline.settings.stream_name + ":reports", "somebody else's"});
    std::promise<std::string> complaint;
    {
        const auto reports = redis_consumer_reports(
            pipeline.settings, name, [&](const Error& error) { complaint.set_value(error.what()); });
        Consumer consumer(
            name, *log, *checkpoints, [](Transaction&, std::span<const Record>) {}, {}, system_clock(),
            reports);
        EXPECT_EQ(consumer.run_once(), 3);
        reports(consumer_event::Retrying{Error(Retry::call, "for another report"), Clock::Duration(1)});
    }
    EXPECT_THAT(complaint.get_future().get(), HasSubstr("WRONGTYPE"));
}

TEST_F(Reports, HoldNobodyUpWhileRedisIsAway) {
    Settings nowhere = pipeline.settings;
    nowhere.redis_url = "unix:///nowhere";
    const auto reports = redis_consumer_reports(nowhere, name);
    Consumer consumer(
        name, *log, *checkpoints, [](Transaction&, std::span<const Record>) {}, {}, system_clock(), reports);
    EXPECT_EQ(consumer.run_once(), 3);
}

}  // namespace contrail::test
