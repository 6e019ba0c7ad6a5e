// What only a Redis log does when it is measured, trimmed and restarted; what every log must do is in
// tests/conformance.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "integration/redis/fake_server.hpp"
#include "integration/redis/redis_server.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

class RetentionInRedis : public ::testing::Test {
protected:
    RetentionInRedis() {
        // One entry a node, so that an approximate trim is exact.
        redis.run({"CONFIG", "SET", "stream-node-max-entries", "1"});
    }

    /// Returns when Redis has `reader` wait for what follows `after`.
    void begin_to_wait(Log& reader, RecordId after) {
        reader.read_begin(after, {}, 1h);
        wait_until("the reader waits", [&] {
            return redis.run({"INFO", "clients"}).find("blocked_clients:1") != std::string::npos;
        });
    }

    /// Such as `rdb_changes_since_last_save:7`, once all reports are answered.
    std::string changes() {
        log.usage();
        const std::string info = redis.run({"INFO", "persistence"});
        const auto begin = info.find("rdb_changes_since_last_save:");
        return info.substr(begin, info.find_first_of("\r\n", begin) - begin);
    }

    void fill_memory() { redis.run({"CONFIG", "SET", "maxmemory", "1"}); }

    const ConsumerName one{"one"};
    const ConsumerName two{"two"};
    RedisServer redis;
    redis::RedisLog log = redis.log();
};

TEST_F(RetentionInRedis, MeasuresWhatItTakesAndWhatThereIs) {
    const std::uint64_t memory_bytes = log.usage().memory_bytes;
    append(log, {}, rides(1, 100, std::string(10'000, 'x')));
    const LogUsage usage = log.usage();
    EXPECT_EQ(usage.first, ride_id(1));
    EXPECT_GT(usage.bytes, 1'000'000U);
    EXPECT_LT(usage.bytes, 2'000'000U);
    EXPECT_GT(usage.memory_bytes, memory_bytes + 1'000'000);
    EXPECT_EQ(usage.memory_bytes_max, 0U);
    redis.run({"CONFIG", "SET", "maxmemory", "123456789"});
    EXPECT_EQ(log.usage().memory_bytes_max, 123456789U);
}

TEST_F(RetentionInRedis, TrimsWholeNodesAndLeavesTheRest) {
    redis.run({"CONFIG", "SET", "stream-node-max-entries", "10"});
    append(log, {}, rides(1, 35));
    log.trim(ride_id(25));
    EXPECT_EQ(log.usage().first, ride_id(21));
}

TEST_F(RetentionInRedis, TrimsMoreThanRedisDropsAtOnce) {
    redis.run({"CONFIG", "SET", "stream-node-max-entries", "100"});
    for (std::uint64_t offset = 0; offset < 30'000; offset += 10'000)
        append(log, offset == 0 ? RecordId{} : ride_id(offset), rides(offset + 1, offset + 10'000));
    log.trim(ride_id(30'000));
    EXPECT_EQ(log.usage().records, 100U);
}

TEST_F(RetentionInRedis, ComparesPlacesThatNoDoubleTellsApart) {
    constexpr std::uint64_t large = 1ULL << 62U;
    append(log, {}, rides(large, large + 3));
    log.report_position(one, ride_id(large + 1));
    log.trim(ride_id(large + 3));
    EXPECT_EQ(log.usage().first, ride_id(large + 1));
}

TEST_F(RetentionInRedis, ComparesPlacesByNumberAndNotByText) {
    append(log, {}, rides(8, 12));
    log.report_position(one, ride_id(9));
    log.trim(ride_id(12));
    EXPECT_EQ(log.usage().first, ride_id(9));
}

TEST_F(RetentionInRedis, WritesNothingForAConsumerAtRest) {
    log.report_position(one, ride_id(1));
    const std::string before = changes();
    log.report_position(one, ride_id(1));
    EXPECT_EQ(changes(), before);
    log.report_position(one, ride_id(2));
    EXPECT_NE(changes(), before);
}

TEST_F(RetentionInRedis, PassesOverAPositionThatIsNone) {
    append(log, {}, rides(1, 3));
    log.report_position(two, ride_id(2));
    const std::string long_name(100'000, 'x');
    const std::vector<std::vector<std::string>> strays = {
        {"one", "here"},
        {"one", "1-9223372036854775808"},
        {"one", "18446744073709551616-1"},
        {"one", "-1-1"},
        {"one", ""},
        {"a name", "1-1"},
        {"", "1-1"},
        {long_name, "1-1"},
        {"one", long_name},
        {std::string(129, 'x'), "1-1"},
        {std::string("o\0ne", 4), "1-1"},
    };
    for (const auto& stray : strays) {
        redis.run({"HSET", "rides:positions", stray[0], stray[1]});
        EXPECT_THAT(log.reports().positions, ElementsAre(Pair(two, ride_id(2)))) << stray[0];
        const StrayReports found = log.stray_reports();
        EXPECT_EQ(found.names, 2U);
        ASSERT_EQ(found.entries.size(), 1U) << stray[0] << stray[1];
        EXPECT_LE(found.entries.front().size(), 202U);
        EXPECT_THAT(found.entries.front(), HasSubstr(stray[1].substr(0, 100)));
        redis.run({"HDEL", "rides:positions", stray[0]});
    }
    redis.run({"HSET", "rides:positions", "one", "here"});
    log.trim(ride_id(3));
    EXPECT_EQ(log.usage().first, ride_id(2));
}

// Any program that may report can write anything there. It must stop neither the consumer nor retention.
TEST_F(RetentionInRedis, TakesAnOwnerInAnotherFormForNone) {
    const ConsumerOwner owner{"1", "database a"};
    const std::string strays[] = {
        "", "here", "\x01 - a", "2 \xff a", std::string(101, '2') + " - a", std::string(100'000, 'x')};
    for (const std::string& stray : strays) {
        redis.run({"HSET", "rides:owners", "one", stray});
        EXPECT_THAT(log.reports().owners, IsEmpty()) << stray;
        EXPECT_TRUE(log.assign_owner(one, {.owner = owner}, std::nullopt, "")) << stray;
        redis.run({"HSET", "rides:owners", "one", stray});
        log.consume_for(owner);
        log.register_consumer(one, ride_id(1));
        EXPECT_THAT(log.reports().owners, ElementsAre(Pair(one, NotedOwner{.owner = owner}))) << stray;
    }
}

TEST_F(RetentionInRedis, HasSoManyConsumersAndNoMore) {
    append(log, {}, rides(1, 5));
    std::vector<std::string> forged{"HSET", "rides:positions"};
    for (std::size_t i = 0; i < consumers_max; ++i) {
        forged.push_back("forged-" + std::to_string(i));
        forged.emplace_back("0-0");
    }
    redis.run(forged);
    EXPECT_EQ(log.reports().positions.size(), consumers_max);
    const Error full = error_of([&] { log.register_consumer(one, ride_id(1)); });
    EXPECT_EQ(full.retry(), Retry::call);
    EXPECT_THAT(full.what(),
                AllOf(HasSubstr("Could not register a consumer of the log rides"), HasSubstr("DEL")));
    EXPECT_NO_THROW(log.register_consumer(ConsumerName("forged-7"), {}));

    log.report_position(one, ride_id(1));
    EXPECT_THAT(error_of([&] { log.reports(); }).what(), HasSubstr("at most 1,000 consumers"));
    EXPECT_TRUE(log.stray_reports().too_many_names());
    log.trim(ride_id(3));
    EXPECT_EQ(log.usage().first, ride_id(3)) << "PostgreSQL knows what is needed";
}

TEST_F(RetentionInRedis, TrimsAServerThatKnowsNoMinid) {
    // Redis 5 and 6.0 answer XTRIM MINID with a syntax error, and so this one does MINIX.
    const FakeServer old({FakeServer::relay_replacing(redis.socket_path(), "'MINID'", "'MINIX'")});
    auto client = RedisServer::log_at(old.url());
    append(client, {}, rides(1, 9));
    redis.run({"XDEL", "rides", ride_id(7).to_string()});
    client.trim(ride_id(5));
    EXPECT_EQ(redis.run({"XLEN", "rides"}), "5");
    EXPECT_EQ(client.usage().first, ride_id(4));  // one more, because one in between is missing
    client.trim(ride_id(100));
    EXPECT_EQ(client.usage().records, 5U);
}

TEST_F(RetentionInRedis, RestartsWithoutShowingAReaderAnEntry) {
    auto reader = redis.log();
    std::vector<Record> found = rides(1, 1);
    begin_to_wait(reader, {});
    EXPECT_EQ(log.restart({}, ride_id(7)), ride_id(7));
    reader.read_end(found);
    EXPECT_THAT(found, IsEmpty());

    begin_to_wait(reader, ride_id(7));
    EXPECT_EQ(log.restart(ride_id(7), ride_id(9)), ride_id(9));
    reader.read_end(found);
    EXPECT_THAT(found, IsEmpty());
    EXPECT_EQ(append(log, ride_id(9), rides(10, 10)), ride_id(10));
    EXPECT_EQ(read(reader, ride_id(7)), rides(10, 10));
}

TEST_F(RetentionInRedis, KeepsMarksInAHashBesideIt) {
    log.mark_cut_off(one, CutOff{{2}, {5}, 1'700'000'000'123});
    EXPECT_EQ(redis.run({"HGETALL", "rides:cut_off"}), "one 2-5-1700000000123");
    redis.run({"HSET", "rides:cut_off", "two", "2-5"});
    EXPECT_THAT(log.cut_offs(), ElementsAre(Pair(one, CutOff{{2}, {5}, 1'700'000'000'123})));
}

TEST_F(RetentionInRedis, WorksWhileMemoryIsFull) {
    append(log, {}, rides(1, 5));
    fill_memory();

    log.report_position(one, ride_id(2));
    EXPECT_EQ(read(log), rides(1, 5));
    log.mark_cut_off(two, CutOff{{1}, {2}, 3});
    EXPECT_THAT(log.reports().positions, ElementsAre(Pair(one, ride_id(2))));
    EXPECT_THAT(log.cut_offs(), ElementsAre(Pair(two, CutOff{{1}, {2}, 3})));
    log.trim(ride_id(2));
    EXPECT_EQ(log.usage().first, ride_id(2));
    log.forget(two);
    EXPECT_EQ(log.restart(ride_id(5), ride_id(7)), ride_id(7));
    EXPECT_EQ(log.usage().records, 0U);
}

TEST_F(RetentionInRedis, IsRefusedForNowByAReplica) {
    append(log, {}, rides(1, 5));
    redis.run({"REPLICAOF", "127.0.0.1", "1"});
    for (const auto& error : {error_of([&] { log.trim(ride_id(2)); }),
                              error_of([&] { log.restart(ride_id(5), ride_id(6)); }), error_of([&] {
                                  log.mark_cut_off(one, CutOff{{1}, {2}, 3});
                              }),
                              error_of([&] { log.forget(one); })}) {
        EXPECT_EQ(error.retry(), Retry::call);
        EXPECT_THAT(error.what(), HasSubstr("READONLY"));
    }
}

TEST_F(RetentionInRedis, IsRefusedForGoodToAUserWithoutTheRight) {
    redis.run({"ACL", "SETUSER", "ann", "on", ">s3cr3t", "~*", "-@all", "+eval", "+exists", "+xinfo"});
    auto client = RedisServer::log_at("unix://ann:s3cr3t@" + redis.socket_path());
    for (const auto& error :
         {error_of([&] { client.usage(); }), error_of([&] { client.trim(ride_id(2)); }),
          error_of([&] { client.restart({}, ride_id(6)); }), error_of([&] { client.cut_offs(); }),
          error_of([&] { client.mark_cut_off(one, std::nullopt); }), error_of([&] { client.forget(one); })}) {
        EXPECT_EQ(error.retry(), Retry::never);
        EXPECT_THAT(error.what(), HasSubstr("Grant the user"));
    }
}

}  // namespace contrail::test
