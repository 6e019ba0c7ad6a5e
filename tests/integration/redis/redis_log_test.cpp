// What is particular to the log in Redis; what every log must do is in tests/conformance.

#include "redis/redis_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contrail/redis.hpp"
#include "integration/redis/redis_server.hpp"

namespace contrail::test {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LogInRedis : public ::testing::Test {
protected:
    RedisServer redis;
};

TEST_F(LogInRedis, IsAStreamThatAnyClientCanRead) {
    auto log = redis.log();
    append(log, {}, rides(1, 2, R"({"id": 1})"));
    EXPECT_EQ(redis.run({"XRANGE", "rides", "-", "+"}),
              R"(1700000000000-1 action create object ride data {"id": 1} )"
              R"(1700000000000-2 action create object ride data {"id": 1})");
}

TEST_F(LogInRedis, HasFieldsForTheKeyAndTheHeadersOnlyWhereARecordHasThem) {
    auto log = redis.log();
    auto records = rides(1, 3);
    records[1].key = "521";
    records[1].headers = R"({"a": 1})";
    append(log, {}, records);
    EXPECT_EQ(redis.run({"XRANGE", "rides", "-", "+"}),
              "1700000000000-1 action create object ride data {} "
              R"(1700000000000-2 action create object ride data {} key 521 headers {"a": 1} )"
              "1700000000000-3 action create object ride data {}");
}

TEST_F(LogInRedis, KeepsPositionsInAHashBesideIt) {
    auto log = redis.log();
    log.report_position(ConsumerName("distance"), ride_id(7));
    EXPECT_EQ(redis.run({"EXISTS", "rides:positions"}), "0");
    log.head();
    EXPECT_EQ(redis.run({"HGETALL", "rides:positions"}), "distance 1700000000000-7");
}

TEST_F(LogInRedis, IsReachedThroughThePublicFactory) {
    Settings settings;
    settings.log_url = redis.url();
    settings.stream_name = "rides";
    const auto log = redis_log(settings);
    EXPECT_EQ(append(*log, {}, rides(1, 1)), ride_id(1));
    settings.log_url = "redis://box/one";
    EXPECT_EQ(error_of([&] { redis_log(settings); }).retry(), Retry::never);
}

TEST_F(LogInRedis, IsReachedByTcp) {
    const std::string port = redis.open_port("port");
    for (const std::string host : {"127.0.0.1", "localhost"}) {
        auto log = RedisServer::log_at(std::string("redis://").append(host).append(":").append(port));
        EXPECT_EQ(log.head(), RecordId{});
    }
}

TEST_F(LogInRedis, LogsInWithAPassword) {
    redis.run({"CONFIG", "SET", "requirepass", "a/b c"});
    auto log = RedisServer::log_at("unix://:a%2Fb%20c@" + redis.socket_path());
    EXPECT_EQ(log.head(), RecordId{});
}

TEST_F(LogInRedis, NeedsNoMoreThanTheRightsThatTheAdviceNames) {
    redis.run({"ACL",
               "SETUSER",
               "ann",
               "on",
               ">s3cr3t",
               "resetkeys",
               "~rides",
               "~rides:positions",
               "~rides:owners",
               "~rides:cut_off",
               "~rides:identity",
               "~rides:reports",
               "-@all",
               "+eval",
               "+exists",
               "+xadd",
               "+xgroup",
               "+xinfo",
               "+xlen",
               "+xread",
               "+xtrim",
               "+hget",
               "+hgetall",
               "+hlen",
               "+hset",
               "+hdel",
               "+memory",
               "+info"});
    auto log = RedisServer::log_at("unix://ann:s3cr3t@" + redis.socket_path());
    const ConsumerName distance("distance");
    log.consume_for({"1", "database a"});
    log.report_position(distance, ride_id(1));
    EXPECT_EQ(append(log, {}, rides(1, 1)), ride_id(1));
    EXPECT_EQ(log.head(), ride_id(1));
    EXPECT_EQ(log.usage().records, 1U);
    EXPECT_EQ(read(log), rides(1, 1));
    EXPECT_EQ(log.reports().positions.size(), 1U);
    EXPECT_EQ(log.reports().owners.size(), 1U);
    log.trim(ride_id(1));
    log.mark_cut_off(distance, CutOff{{1}, {2}, 3});
    EXPECT_EQ(log.cut_offs().size(), 1U);
    log.forget(distance);
    EXPECT_EQ(log.restart(ride_id(1), ride_id(2)), ride_id(2));
}

TEST_F(LogInRedis, LivesInTheDatabaseOfTheUrl) {
    auto log = RedisServer::log_at("unix://" + redis.socket_path() + "?db=3");
    append(log, {}, rides(1, 1));
    EXPECT_EQ(redis.run({"EXISTS", "rides"}), "0");
    redis.run({"SELECT", "3"});
    EXPECT_EQ(redis.run({"EXISTS", "rides"}), "1");
}

TEST_F(LogInRedis, GivesAReaderThatWaitsTheRecordThatComes) {
    auto reader = redis.log();
    auto writer = redis.log();
    reader.read_begin({}, {}, 1h);
    append(writer, {}, rides(1, 1));
    std::vector<Record> found;
    reader.read_end(found);
    EXPECT_EQ(found, rides(1, 1));
}

TEST_F(LogInRedis, LetsAReaderGoWhenItsTimeIsUp) {
    auto log = redis.log();
    EXPECT_THAT(read(log, {}, 10, 1ms), IsEmpty());
    EXPECT_THAT(read(log, {}, 10, 0ms), IsEmpty());  // in Redis, BLOCK 0 would be for ever
    EXPECT_THAT(read(log, {}, 10, -1ms), IsEmpty());
}

TEST_F(LogInRedis, RepliesBehindAReadThatWaits) {
    auto log = redis.log();
    log.read_begin({}, {}, 1ms);
    EXPECT_EQ(log.usage().records, 0U);
    log.read_begin({}, {}, 1ms);
    EXPECT_EQ(append(log, {}, rides(1, 1)), ride_id(1));
    log.read_begin(ride_id(1), {}, 1ms);
    EXPECT_EQ(read(log), rides(1, 1));
}

TEST_F(LogInRedis, KeepsTheAnswersToAppendsWhenOthersAreAskedFor) {
    auto log = redis.log();
    log.append_begin({}, rides(1, 2));
    log.append_begin(ride_id(2), rides(3, 3));
    EXPECT_EQ(log.usage().records, 3U);
    EXPECT_EQ(read(log), rides(1, 3));
    EXPECT_EQ(log.append_end(), ride_id(2));
    EXPECT_EQ(log.append_end(), ride_id(3));
}

TEST_F(LogInRedis, AppendsRecordsWithGapsBetweenThemAsTheyAre) {
    auto log = redis.log();
    const std::vector<Record> records = {rides(1, 1)[0], rides(4, 4)[0]};
    EXPECT_EQ(append(log, {}, records), ride_id(4));
    EXPECT_EQ(read(log), records);
}

TEST_F(LogInRedis, KeepsOffsetsThatNoDoubleCanHold) {
    auto log = redis.log();
    constexpr std::uint64_t large = (1ULL << 62U) + 1;
    EXPECT_EQ(append(log, {}, rides(large, large + 1)), ride_id(large + 1));
    EXPECT_EQ(read(log), rides(large, large + 1));
}

TEST_F(LogInRedis, ReadsRecordsWithFieldsOfALaterVersion) {
    redis.run({"XADD", "rides", "5-1", "action", "create", "object", "ride", "data", "{}", "trace", "1a2b"});
    auto log = redis.log();
    EXPECT_THAT(read(log), ElementsAre(Record{{5, Offset{1}}, "create", "ride", "{}"}));
}

TEST_F(LogInRedis, StopsAtAForeignEntryAndNamesIt) {
    redis.run({"XADD", "rides", "5-1", "hello", "world"});
    auto log = redis.log();
    const Error error = error_of([&] { read(log); });
    EXPECT_EQ(error.retry(), Retry::never);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("Could not read from the log rides"), HasSubstr("entry 5-1")));
}

}  // namespace contrail::test
