// What Redis itself refuses: later and never, as real servers say it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/redis/redis_server.hpp"

namespace contrail::test {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class RedisRefusal : public ::testing::Test {
protected:
    /// Expects that an append fails for now and does nothing, and succeeds once `remedy` was run.
    void expect_append_later(const std::string& reason, const std::vector<std::string>& remedy) {
        const Error error = error_of([&] { append(log, {}, rides(1, 2)); });
        EXPECT_EQ(error.retry(), Retry::call);
        EXPECT_THAT(error.what(), AllOf(StartsWith("Could not append to the log rides: Redis at unix:///"),
                                        HasSubstr("replied \"" + reason)));
        redis.run(remedy);
        EXPECT_EQ(log.head(), RecordId{});
        EXPECT_EQ(append(log, {}, rides(1, 2)), ride_id(2));
    }

    static void expect_never(const std::string& url, const std::string& reason) {
        SCOPED_TRACE(url);
        auto log = RedisServer::log_at(url);
        const Error error = error_of([&] {
            log.head();
            append(log, {}, rides(1, 1));
        });
        EXPECT_EQ(error.retry(), Retry::never);
        EXPECT_THAT(error.what(), HasSubstr("replied \"" + reason));
        EXPECT_THAT(error.what(), Not(HasSubstr("s3cr3t")));
    }

    RedisServer redis;
    redis::RedisLog log = redis.log();
};

TEST_F(RedisRefusal, OfAServerWithoutMemoryIsForNow) {
    redis.run({"CONFIG", "SET", "maxmemory", "1"});
    expect_append_later("OOM ", {"CONFIG", "SET", "maxmemory", "0"});
}

TEST_F(RedisRefusal, OfAReplicaIsForNow) {
    redis.run({"REPLICAOF", "127.0.0.1", "1"});
    expect_append_later("READONLY ", {"REPLICAOF", "NO", "ONE"});
}

TEST_F(RedisRefusal, OfAReplicaWithoutItsMasterIsForNow) {
    redis.run({"CONFIG", "SET", "replica-serve-stale-data", "no"});
    redis.run({"REPLICAOF", "127.0.0.1", "1"});
    expect_append_later("MASTERDOWN ", {"REPLICAOF", "NO", "ONE"});
}

TEST_F(RedisRefusal, OfAMasterWithoutReplicasIsForNow) {
    redis.run({"CONFIG", "SET", "min-replicas-to-write", "1"});
    expect_append_later("NOREPLICAS ", {"CONFIG", "SET", "min-replicas-to-write", "0"});
}

TEST_F(RedisRefusal, OfAServerWithTooManyClientsIsForNow) {
    redis.run({"CONFIG", "SET", "maxclients", "1"});  // which is this test's own
    expect_append_later("ERR max number of clients reached", {"CONFIG", "SET", "maxclients", "10"});
}

TEST_F(RedisRefusal, OfOneAppendLeavesThoseBehindItInDoubt) {
    redis.run({"CONFIG", "SET", "maxmemory", "1"});
    log.append_begin({}, rides(1, 1));
    log.append_begin(ride_id(1), rides(2, 2));
    EXPECT_EQ(error_of([&] { log.append_end(); }).retry(), Retry::in_doubt);
    EXPECT_EQ(log.head(), RecordId{});
}

// Or consumers would stop at a full server, and only they can make room on it.
TEST_F(RedisRefusal, ToNoteAPositionKeepsNoConsumerFromReadingAndIsMadeGood) {
    const ConsumerName consumer("consumer0");
    append(log, {}, rides(1, 2));
    redis.run({"CONFIG", "SET", "maxmemory", "1"});
    std::vector<Record> records;
    log.report_position(consumer, ride_id(1));
    log.read_begin(ride_id(1), {}, std::chrono::milliseconds(0));
    log.read_end(records);
    EXPECT_EQ(records, rides(2, 2));

    redis.run({"CONFIG", "SET", "maxmemory", "0"});
    EXPECT_EQ(log.reports().positions, (std::map<ConsumerName, RecordId>{{consumer, ride_id(1)}}));
}

TEST_F(RedisRefusal, OfAKeyThatIsNoStreamIsForGood) {
    redis.run({"SET", "rides", "cheap"});
    for (const auto& error : {error_of([&] { append(log, {}, rides(1, 1)); }), error_of([&] { log.head(); }),
                              error_of([&] { log.usage(); }), error_of([&] { read(log); })}) {
        EXPECT_EQ(error.retry(), Retry::never);
        EXPECT_THAT(error.what(), HasSubstr("replied \"WRONGTYPE "));
    }
}

TEST_F(RedisRefusal, OfAReportedPositionComesOutOfTheNextCall) {
    redis.run({"SET", "rides:positions", "not a hash"});
    log.report_position(ConsumerName("distance"), ride_id(1));
    const Error error = error_of([&] { read(log); });
    EXPECT_EQ(error.retry(), Retry::never);
    EXPECT_THAT(error.what(), HasSubstr("WRONGTYPE"));
    EXPECT_EQ(log.head(), RecordId{});
}

TEST_F(RedisRefusal, OfALoginIsForGood) {
    const std::string path = redis.socket_path();
    expect_never("unix://:s3cr3t@" + path, "ERR AUTH ");
    expect_never("unix://ann:s3cr3t@" + path, "WRONGPASS ");
    expect_never("unix://" + path + "?db=99", "ERR DB index is out of range");
    redis.run({"ACL", "SETUSER", "reader", "on", ">s3cr3t", "~*", "+@read"});
    expect_never("unix://reader:s3cr3t@" + path, "NOPERM ");
    redis.run({"ACL", "SETUSER", "reader", "+eval"});
    expect_never("unix://reader:s3cr3t@" + path, "ERR The user executing the script ");
    redis.run({"CONFIG", "SET", "requirepass", "right"});
    expect_never("unix://" + path, "NOAUTH ");
    expect_never("unix://:s3cr3t@" + path, "WRONGPASS ");
}

}  // namespace contrail::test
