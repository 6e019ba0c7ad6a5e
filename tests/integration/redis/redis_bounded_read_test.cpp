// Reads take in no more than their limits, whatever the log holds and however much Redis sends at once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <numeric>
#include <sstream>

#include "integration/redis/fake_server.hpp"
#include "integration/redis/redis_server.hpp"

namespace contrail::test {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A log that holds many small records and then as many large ones.
class BoundedRead : public ::testing::Test {
protected:
    static constexpr std::uint64_t small_count = 3'000;
    static constexpr std::uint64_t large_count = 60;
    static constexpr std::uint64_t last = small_count + large_count;
    static constexpr ChunkLimits limits{.records_max = 1'000, .bytes_max = 1U << 20U};

    BoundedRead() {
        auto writer = redis.log();
        append(writer, {}, small);
        for (const Record& record : large)
            append(writer, ride_id(record.id.offset.previous().value), {record});
        redis.run({"CONFIG", "SET", "slowlog-log-slower-than", "0"});
        redis.run({"CONFIG", "SET", "slowlog-max-len", "10000"});
    }

    static std::vector<Record> read(Log& from, RecordId after, const ChunkLimits& within = limits) {
        std::vector<Record> found;
        from.read_begin(after, within, 0ms);
        from.read_end(found);
        return found;
    }

    /// How many entries each XREAD asked for.
    std::vector<std::uint64_t> counts_asked() {
        std::vector<std::uint64_t> counts;
        std::istringstream words(redis.run({"SLOWLOG", "GET", "-1"}));
        for (std::string word; words >> word;)
            if (word == "COUNT" && words >> word) counts.insert(counts.begin(), std::stoull(word));
        redis.run({"SLOWLOG", "RESET"});
        return counts;
    }

    const std::vector<Record> small = rides(1, small_count);
    const std::vector<Record> large = rides(small_count + 1, last, std::string(1U << 20U, 'x'));
    RedisServer redis;
};

TEST_F(BoundedRead, GivesEveryRecordOnceWhereLargeOnesFollowSmallOnes) {
    auto log = redis.log();
    std::vector<Record> all;
    for (std::vector<Record> chunk = read(log, {}); !chunk.empty(); chunk = read(log, all.back().id)) {
        const auto bytes =
            std::accumulate(chunk.begin(), chunk.end() - 1, std::size_t{0},
                            [](auto sum, const Record& each) { return sum + each.data.size(); });
        EXPECT_LT(bytes, limits.bytes_max);
        EXPECT_LE(chunk.size(), limits.records_max);
        all.insert(all.end(), chunk.begin(), chunk.end());
    }
    ASSERT_THAT(all, SizeIs(last));
    EXPECT_TRUE(std::equal(small.begin(), small.end(), all.begin()));
    EXPECT_TRUE(std::equal(large.begin(), large.end(), all.begin() + small_count));
}

TEST_F(BoundedRead, TakesNoMoreFromTheSocketThanItHandsOver) {
    std::atomic<std::size_t> bytes = 0;
    const FakeServer server({FakeServer::relay(redis.socket_path(), bytes)});
    auto log = RedisServer::log_at(server.url());
    // It does not know yet that large records follow, and asks for all of them.
    EXPECT_THAT(read(log, ride_id(small_count)), ElementsAre(large[0]));
    EXPECT_THAT(counts_asked(), ElementsAre(100));
    // The rest waits at the server and in the kernel's buffers, which on loopback take a few MiB.
    EXPECT_LT(bytes, large_count / 2 * (1U << 20U));
    EXPECT_THAT(read(log, ride_id(small_count + 1)), ElementsAre(large[1]));
    EXPECT_THAT(counts_asked(), IsEmpty());
}

// To ask for the head and for the memory is what a streamer and a consumer do while nothing happens.
TEST_F(BoundedRead, AsksForTheHeadWithoutTheRecordsAtBothEnds) {
    std::atomic<std::size_t> bytes = 0;
    const FakeServer server({FakeServer::relay(redis.socket_path(), bytes)});
    auto log = RedisServer::log_at(server.url());
    AdminRedis(redis.url()).trim("rides", ride_id(small_count + 1).to_string());
    EXPECT_EQ(log.head(), ride_id(last));
    EXPECT_EQ(log.usage().first, ride_id(small_count + 1));
    EXPECT_EQ(log.first_after(ride_id(small_count + 1)), ride_id(small_count + 2));
    EXPECT_EQ(log.first_after(ride_id(last)), std::nullopt);
    EXPECT_LT(bytes, 10'000U);
}

TEST_F(BoundedRead, AsksForLessWhereRedisClosesTheConnectionToALargeReply) {
    redis.run({"CONFIG", "SET", "client-output-buffer-limit", "normal 8mb 0 0"});
    auto log = redis.log();
    std::vector<Record> all;
    int lost = 0;
    while (all.size() < large_count) {
        const RecordId after = ride_id(small_count + all.size());
        std::vector<Record> chunk;
        const Error error = error_of([&] { chunk = read(log, after); });
        if (error.retry() == Retry::call) {
            ASSERT_LE(++lost, 10);
            EXPECT_THAT(error.what(), ::testing::HasSubstr("client-output-buffer-limit"));
        }
        all.insert(all.end(), chunk.begin(), chunk.end());
    }
    EXPECT_EQ(all, large);
    EXPECT_GT(lost, 0);
}

// What rebuild and tail do, which are not run again and again as consumers are.
TEST_F(BoundedRead, ScansOnWhereRedisClosesTheConnectionToALargeReply) {
    redis.run({"CONFIG", "SET", "client-output-buffer-limit", "normal 8mb 0 0"});
    auto log = redis.log();
    std::vector<Record> all;
    std::vector<Record> chunk;
    std::vector<RecordId> foreign;
    do {
        const RecordId after = ride_id(small_count + all.size());
        ASSERT_NO_THROW(log.scan(after, limits, 0ms, chunk, foreign));
        all.insert(all.end(), chunk.begin(), chunk.end());
    } while (!chunk.empty());
    EXPECT_EQ(all, large);

    redis.process().stop();
    EXPECT_EQ(error_of([&] { log.scan({}, limits, 0ms, chunk, foreign); }).retry(), Retry::call);
}

TEST_F(BoundedRead, AsksForFewLargeRecordsAndForManySmallOnesAgain) {
    auto log = redis.log();
    for (std::uint64_t offset = last - 3; offset < last; ++offset) read(log, ride_id(offset));
    EXPECT_THAT(counts_asked(), ElementsAre(100));
    // The answer is at its end, so that the next question is a new one.
    RecordId after;
    for (int i = 0; i < 12; ++i) after = read(log, after).back().id;
    EXPECT_THAT(counts_asked(), ElementsAre(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1'000, 1'000));
}

TEST_F(BoundedRead, HoldsToTheLimitsOfEachReadWithinOneReply) {
    auto log = redis.log();
    const std::size_t record_bytes = small[0].action.size() + small[0].object.size() + small[0].data.size();
    EXPECT_THAT(read(log, {}, {.bytes_max = 1}), SizeIs(1));
    EXPECT_THAT(read(log, ride_id(1), {.bytes_max = 2 * record_bytes}), SizeIs(2));
    EXPECT_THAT(read(log, ride_id(3), {.bytes_max = 2 * record_bytes + 1}), SizeIs(3));
    EXPECT_THAT(read(log, ride_id(6), {.records_max = 5}), SizeIs(5));
    EXPECT_EQ(read(log, ride_id(11)), rides(12, 100));
    EXPECT_THAT(counts_asked(), ElementsAre(100));
}

TEST_F(BoundedRead, PassesOverTheRestWhenItGoesOnElsewhere) {
    auto log = redis.log();
    EXPECT_THAT(read(log, ride_id(small_count)), ElementsAre(large[0]));
    EXPECT_EQ(read(log, {}, {.records_max = 3}), rides(1, 3));
    EXPECT_THAT(read(log, ride_id(small_count + 1)), ElementsAre(large[1]));
    EXPECT_EQ(log.head(), ride_id(last));
    EXPECT_THAT(read(log, ride_id(small_count + 2)), ElementsAre(large[2]));
}

TEST_F(BoundedRead, SendsReportsWhileAReplyGoesOn) {
    auto log = redis.log();
    read(log, {}, {.records_max = 1'000, .bytes_max = 1});
    log.report_position(ConsumerName("distance"), ride_id(1));
    EXPECT_EQ(read(log, ride_id(1)), rides(2, 100));
    EXPECT_EQ(redis.run({"HGETALL", "rides:positions"}), "distance " + ride_id(1).to_string());
    EXPECT_EQ(read(log, ride_id(100), {.records_max = 2}), rides(101, 102));
}

}  // namespace contrail::test
