// The statuses that programs publish on a real Redis, and what `contrail status` makes of them.

#include "contrail/published_status.hpp"
#include "redis/redis_status_board.hpp"

#include <gmock/gmock.h>

#include <future>

#include "contrail/at_least_once_consumer.hpp"
#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "operations/consumers/running.hpp"
#include "operations/status/status_poller.hpp"
#include "redis/url.hpp"
#include "servers/temporary_directory.hpp"
#include "support/pipeline.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using ::testing::HasSubstr;

class PublishedStatus : public ::testing::Test {
protected:
    PublishedStatus() {
        pipeline.stage({"1", "2", "3"});
        pipeline.stream();
    }

    operations::ConsumerStatus mailer() {
        for (const auto& consumer : poller.poll().consumers)
            if (consumer.name == "mailer") return consumer;
        return {};
    }

    /// A thread of its own publishes the status: waits until this state was published.
    void wait_for(ProgramState state) {
        wait_until("its status says so", [&] { return mailer().state == state; });
    }

    const ConsumerName name{"mailer"};
    Pipeline pipeline;
    operations::StatusPoller poller{pipeline.settings};
    std::unique_ptr<Log> log = redis_log(pipeline.settings);
    std::unique_ptr<Checkpoints> checkpoints = postgres_checkpoints(pipeline.settings);
};

TEST_F(PublishedStatus, TellsTheStateOfAConsumerAndHowLongItsRecordsTook) {
    const auto status = consumer_status(pipeline.settings, name);
    Consumer consumer(
        name, *log, *checkpoints, [](Transaction&, std::span<const Record>) {}, {}, system_clock(), status);
    consumer.run_once();
    wait_until("its latency is published", [&] { return mailer().latency_p50_ms.has_value(); });
    EXPECT_EQ(mailer().state, ProgramState::consuming);
    EXPECT_LE(mailer().latency_p50_ms, mailer().latency_p99_ms);
    EXPECT_EQ(mailer().last_error, std::nullopt);
}

TEST_F(PublishedStatus, TellsWhyAConsumerHalted) {
    const Handler refuse = [](Transaction&, std::span<const Record>) {
        throw std::runtime_error("no distance");
    };
    {
        const auto status = consumer_status(pipeline.settings, name);
        Consumer consumer(name, *log, *checkpoints, refuse, {.handler_attempts_max = 1}, system_clock(),
                          status);
        EXPECT_THROW(consumer.run({}), Error);
    }
    EXPECT_EQ(mailer().state, ProgramState::halted);
    EXPECT_THAT(mailer().last_error->message, HasSubstr("no distance"));
    EXPECT_EQ(mailer().last->offset, Offset{0}) << "it has applied nothing";
}

TEST_F(PublishedStatus, TellsTheStateOfAnAtLeastOnceConsumerToo) {
    const auto status = consumer_status(pipeline.settings, name);
    AtLeastOnceConsumer consumer(
        name, *log, *checkpoints, [](std::span<const Record>) {}, {}, system_clock(), status);
    consumer.run_once();
    wait_for(ProgramState::consuming);
}

TEST_F(PublishedStatus, TellsThatAProgramEnded) {
    {
        const auto status = consumer_status(pipeline.settings, name);
        status(consumer_event::Located{});
    }
    EXPECT_EQ(mailer().state, ProgramState::stopped);
}

TEST_F(PublishedStatus, OfAnInstanceThatStandsByDoesNotReplaceThatOfOneThatWorks) {
    redis::RedisStatusBoard board(redis::endpoint_of(pipeline.settings),
                                  StreamName(pipeline.settings.stream_name));
    board.post("streamer", {.state = ProgramState::idle});
    board.post("streamer", {.state = ProgramState::standing_by});
    EXPECT_EQ(poller.poll().streamer.state, ProgramState::idle);
    board.post("streamer", {.state = ProgramState::stopped});
    board.post("streamer", {.state = ProgramState::standing_by});
    EXPECT_EQ(poller.poll().streamer.state, ProgramState::standing_by);
}

TEST_F(PublishedStatus, OfEachInstanceHasAFieldOfItsOwn) {
    const PartitionStatus one = partitioned_consumer_status(pipeline.settings, name);
    const PartitionStatus other = partitioned_consumer_status(pipeline.settings, name);
    one.claims(consumer_event::Claimed{"one", {4, {0}}});
    other.claims(consumer_event::Claimed{"other", {4, {1, 2}}});
    one.worker({0, 4})(consumer_event::Committed{{1, Offset{1}}, {1, Offset{2}}});
    other.worker({1, 4})(consumer_event::Halted{Error(Retry::never, "no distance")});
    wait_until("both are shown", [&] {
        const auto segments = mailer().segments;
        return segments.size() == 4 && segments[0].last && segments[1].state == ProgramState::halted;
    });
    const auto consumer = mailer();
    EXPECT_EQ(consumer.state, ProgramState::halted);
    EXPECT_EQ(consumer.segments[0].instance, "one");
    EXPECT_EQ(consumer.segments[0].last, (RecordId{1, Offset{2}}));
    EXPECT_EQ(consumer.segments[1].instance, "other");
    EXPECT_THAT(consumer.segments[1].last_error, HasSubstr("no distance"));
    EXPECT_EQ(consumer.segments[2].state, ProgramState::idle);
    EXPECT_EQ(consumer.segments[3].state, ProgramState::stopped) << "no instance works on it";
}

TEST_F(PublishedStatus, OfInstancesThatHaveEndedMakesRoomForOthers) {
    redis::RedisStatusBoard board(redis::endpoint_of(pipeline.settings),
                                  StreamName(pipeline.settings.stream_name));
    const std::string hash = pipeline.settings.stream_name + ":reports";
    board.post("consumer:mailer", {.state = ProgramState::stopped});
    pipeline.redis.run({"HSET", hash, "consumer:mailer:0",
                        R"({"state":"idle","at_ms":17,"instance":"silent","segments":2,"works_on":[]})"});
    pipeline.redis.run({"HSET", hash, "consumer:mailer:700", R"({"state":"idle","at_ms":17})"});
    for (int i = 0; i < 3; ++i) {
        redis::RedisStatusBoard another(redis::endpoint_of(pipeline.settings),
                                        StreamName(pipeline.settings.stream_name));
        another.post_instance("consumer:mailer",
                              {.state = ProgramState::stopped, .instance = "instance " + std::to_string(i)});
    }
    board.post_instance("consumer:mailer", {.state = ProgramState::idle, .instance = "a"});
    board.post_instance("consumer:mailer", {.state = ProgramState::consuming, .instance = "a"});
    const auto posted = board.read().statuses;
    EXPECT_EQ(posted.size(), 1);
    EXPECT_EQ(posted.at("consumer:mailer:0").state, ProgramState::consuming);
}

TEST_F(PublishedStatus, OfAnInstanceTakesAnotherSlotWhereItsOwnWasTaken) {
    redis::RedisStatusBoard board(redis::endpoint_of(pipeline.settings),
                                  StreamName(pipeline.settings.stream_name));
    board.post_instance("consumer:mailer", {.state = ProgramState::idle, .instance = "a"});
    board.post_instance("consumer:mailer", {.state = ProgramState::idle, .instance = "b"});
    pipeline.redis.run({"HDEL", pipeline.settings.stream_name + ":reports", "consumer:mailer:0"});
    board.post_instance("consumer:mailer", {.state = ProgramState::retrying, .instance = "b"});
    board.post_instance("consumer:mailer", {.state = ProgramState::idle, .instance = "a"});
    const auto posted = board.read().statuses;
    EXPECT_EQ(posted.size(), 2);
}

TEST_F(PublishedStatus, IsForgottenWithItsConsumer) {
    redis::RedisStatusBoard board(redis::endpoint_of(pipeline.settings),
                                  StreamName(pipeline.settings.stream_name));
    board.post("consumer:mailer", {.state = ProgramState::idle});
    board.post_instance("consumer:mailer", {.state = ProgramState::idle, .instance = "a"});
    log->act_for(log->fed_by().value());
    log->forget(name);
    EXPECT_TRUE(poller.poll().consumers.empty());
}

TEST_F(PublishedStatus, IsSetThoughRedisIsOutOfMemory) {
    const servers::TemporaryDirectory folder;
    const servers::PrivateRedis small({.data_dir = folder.path(), .settings = {{"maxmemory", "1"}}});
    Settings settings = pipeline.settings;
    settings.log_url = small.url();
    redis::RedisStatusBoard board(redis::endpoint_of(settings), StreamName(settings.stream_name));
    board.post("streamer", {.state = ProgramState::held_back});
    EXPECT_EQ(board.read().statuses.at("streamer").state, ProgramState::held_back);
}

TEST_F(PublishedStatus, ThatCannotBePublishedFailsOnceAndDisturbsNoConsumer) {
    pipeline.redis.run({"SET", pipeline.settings.stream_name + ":reports", "a foreign value"});
    std::promise<std::string> complaint;
    {
        const auto status = consumer_status(pipeline.settings, name,
                                            [&](const Error& error) { complaint.set_value(error.what()); });
        Consumer consumer(
            name, *log, *checkpoints, [](Transaction&, std::span<const Record>) {}, {}, system_clock(),
            status);
        EXPECT_EQ(consumer.run_once(), 3);
        status(consumer_event::Retrying{Error(Retry::call, "for another status"), Clock::Duration(1)});
    }
    EXPECT_THAT(complaint.get_future().get(), HasSubstr("WRONGTYPE"));
}

TEST_F(PublishedStatus, HoldsNoConsumerUpWhileRedisIsAway) {
    Settings nowhere = pipeline.settings;
    nowhere.log_url = "unix:///nowhere";
    const auto status = consumer_status(nowhere, name);
    Consumer consumer(
        name, *log, *checkpoints, [](Transaction&, std::span<const Record>) {}, {}, system_clock(), status);
    EXPECT_EQ(consumer.run_once(), 3);
}

}  // namespace contrail::test
