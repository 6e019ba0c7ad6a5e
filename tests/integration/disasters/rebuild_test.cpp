// A log with holes made by hand is found out, and filled with what the outbox still holds.

#include "redis/rebuild.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <thread>

#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "integration/disasters/ride_world.hpp"
#include "redis/redis_log.hpp"
#include "redis/stream_editor.hpp"
#include "support/pipeline.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class Rebuild : public ::testing::Test {
protected:
    /// Ten records at offsets 1 to 10, in two batches. The outbox may have released the first. The second half
    /// has keys and headers.
    explicit Rebuild(bool release_first = false) {
        pipeline.stage({"1", "2", "3", "4", "5"});
        pipeline.stream();
        if (release_first) release(Offset{5});
        pipeline.database.run(
            "SELECT contrail.stage('create', 'ride', to_jsonb(i), i::text, jsonb_build_object('i', i)) "
            "FROM generate_series(6, 10) AS i");
        pipeline.stream();
        whole = pipeline.logged();
    }

    std::string id(std::uint64_t offset) const { return whole[offset - 1].id.to_string(); }
    void erase(std::uint64_t offset) { pipeline.redis.run({"XDEL", stream, id(offset)}); }

    void release(Offset through) {
        while (outbox->base().last < through) outbox->release(through);
    }

    redis::StreamScan scan() {
        redis::RedisLog log(redis::endpoint_of(pipeline.settings), StreamName(stream));
        return redis::scan_stream(log, *outbox);
    }
    void rebuild() { redis::rebuild(pipeline.settings, *outbox, scan()); }

    Pipeline pipeline;
    const std::string& stream = pipeline.settings.stream_name;
    const std::unique_ptr<Outbox> outbox = postgres_outbox(pipeline.settings, {.bytes_max = 1});
    std::vector<Record> whole;
};

class RebuildAfterRelease : public Rebuild {
protected:
    RebuildAfterRelease() : Rebuild(true) {}
};

TEST_F(Rebuild, FindsNothingInAWholeLog) {
    EXPECT_THAT(scan().flaws, IsEmpty());
    pipeline.consume();
    outbox->registry().note({{ConsumerName("consumer"), whole[3].id}});
    pipeline.redis.trim(stream, id(4));
    EXPECT_THAT(scan().flaws, IsEmpty());  // no consumer needs what is trimmed
}

TEST_F(Rebuild, FindsWhatIsMissingAnywhere) {
    outbox->registry().note({{ConsumerName("consumer"), whole[0].id}});
    for (const std::uint64_t offset : {1U, 2U, 5U, 6U, 8U, 10U}) erase(offset);
    const auto found = scan();
    EXPECT_THAT(found.flaws, ElementsAre("offset 2 is missing; still in the outbox",
                                         "offsets 5 to 6 are missing; still in the outbox",
                                         "offset 8 is missing; still in the outbox",
                                         "offset 10 is missing; still in the outbox"));
    EXPECT_EQ(found.flaws_count, 4U);
    EXPECT_EQ(found.whole_from, Offset{1});
}

TEST_F(Rebuild, FindsEntriesThatWereNotSealed) {
    pipeline.redis.run({"DEL", stream});
    for (std::uint64_t offset = 1; offset <= 10; ++offset) {
        const bool is_record = offset != 7;
        pipeline.redis.run({"XADD", stream, id(offset), is_record ? "action" : "hello", "create", "object",
                            "ride", "data", "{}"});
    }
    EXPECT_THAT(scan().flaws, ElementsAre("entry " + id(7) + " is not a record",
                                          "offset 7 is missing; still in the outbox"));
    rebuild();
    EXPECT_EQ(pipeline.logged(), whole);
}

TEST_F(Rebuild, FindsRecordsUnderOtherIdsThanThoseSealed) {
    pipeline.redis.run({"DEL", stream});
    for (std::uint64_t offset = 1; offset <= 10; ++offset) {
        const std::string other = std::to_string(whole[0].id.sealed_ms - 1) + "-1";
        pipeline.redis.run({"XADD", stream, offset == 1 ? other : id(offset), "action", "create", "object",
                            "ride", "data", "{}"});
    }
    EXPECT_THAT(scan().flaws, ElementsAre(StartsWith("entry ")));
    rebuild();
    EXPECT_EQ(pipeline.logged(), whole);
}

TEST_F(Rebuild, FillsHolesUnderTheSameIdsAndLeavesTheHead) {
    erase(3);
    erase(10);
    pipeline.redis.run({"XADD", stream + ":rebuild", "9-9", "left", "over"});
    rebuild();
    EXPECT_THAT(scan().flaws, IsEmpty());
    EXPECT_EQ(pipeline.logged(), whole);
    EXPECT_EQ(pipeline.redis.run({"EXISTS", stream + ":rebuild"}), "0");
    pipeline.stage({"11"});
    pipeline.stream();
    EXPECT_EQ(pipeline.logged().size(), 11U);
}

TEST_F(RebuildAfterRelease, KeepsWhatOnlyTheLogHolds) {
    erase(8);
    const auto found = scan();
    EXPECT_EQ(found.outbox_first, Offset{6});
    EXPECT_EQ(found.whole_from, Offset{1});
    rebuild();
    EXPECT_EQ(pipeline.logged(), whole);
}

TEST_F(RebuildAfterRelease, LeavesOutWhatDoesNotJoin) {
    erase(2);
    erase(8);
    EXPECT_THAT(scan().flaws, ElementsAre("offset 2 is missing; gone from the outbox, too",
                                          "offset 8 is missing; still in the outbox"));
    rebuild();
    EXPECT_EQ(pipeline.logged(), std::vector<Record>(whole.begin() + 2, whole.end()));
    EXPECT_THAT(scan().flaws, IsEmpty());
}

TEST_F(RebuildAfterRelease, IsBeyondRepairOnceTheOutboxHoldsNothing) {
    release(Offset{10});
    erase(8);
    const auto found = scan();
    EXPECT_TRUE(found.beyond_repair());
    EXPECT_EQ(found.flaws_count, 1U);
}

TEST_F(Rebuild, RefusesALogWhoseHeadWasNotSealed) {
    pipeline.add_foreign_entry({"action", "create", "object", "ride", "data", "{}"});
    try {
        scan();
        ADD_FAILURE() << "was accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
        EXPECT_THAT(error.what(), HasSubstr("contrail adopt"));
    }
}

TEST_F(Rebuild, NeedsRoomForTheLogTwice) {
    auto found = scan();
    found.usage.memory_bytes_max = found.usage.memory_bytes;
    EXPECT_THROW(redis::rebuild(pipeline.settings, *outbox, found), Error);
    EXPECT_EQ(pipeline.redis.run({"EXISTS", stream + ":rebuild"}), "0");
}

TEST_F(Rebuild, TakesInWhatCameMeanwhile) {
    const auto endpoint = redis::endpoint_of(pipeline.settings);
    redis::RedisLog fresh_log(endpoint, StreamName("fresh"));
    redis::StreamEditor fresh_stream(endpoint, StreamName("fresh"));
    redis::StreamEditor live_stream(endpoint, StreamName(stream));
    live_stream.act_for(outbox->identity());
    fresh_log.append_begin({}, std::span(whole).first(7));
    fresh_log.append_end();
    EXPECT_TRUE(live_stream.replace_by(fresh_stream));
    EXPECT_EQ(pipeline.logged(), whole);

    fresh_log.append_begin({}, std::span(whole).first(7));
    fresh_log.append_end();
    erase(9);
    EXPECT_FALSE(live_stream.replace_by(fresh_stream));
    EXPECT_EQ(fresh_log.head(), whole[7].id);
    fresh_log.append_begin(whole[7].id, std::span(whole).subspan(8));
    fresh_log.append_end();
    EXPECT_TRUE(live_stream.replace_by(fresh_stream));
    EXPECT_EQ(pipeline.logged(), whole);
}

TEST_F(Rebuild, IsNotNoticedByWhoWaits) {
    const auto reader = redis_log(pipeline.settings);
    reader->read_begin(whole.back().id, {}, 1h);
    wait_until("the reader waits", [&] {
        return pipeline.redis.run({"INFO", "clients"}).find("blocked_clients:1") != std::string::npos;
    });
    erase(3);
    rebuild();
    pipeline.stage({"11"});
    pipeline.stream();
    std::vector<Record> found;
    reader->read_end(found);
    EXPECT_EQ(found.size(), 1U);
}

TEST(RebuildUnderLoad, LetsAConsumerGoOnThatAHoleHadStopped) {
    constexpr int person_needed = 78;
    RideWorld world;
    const auto streamer = world.start_streamer();
    world.begin_rides(6'000);
    world.wait_until("the log grows", [&] { return world.logged() >= 1'500; });
    AdminRedis redis(world.settings.log_url);
    const std::string& stream = world.settings.stream_name;
    const std::string ids =
        redis.run({"EVAL",
                   "local ids = {} for _, e in ipairs(redis.call('XRANGE', KEYS[1], '-', '+')) do "
                   "ids[#ids + 1] = e[1] end return {ids[700], ids[701], ids[1000]}",
                   "1", stream});
    std::istringstream each(ids);
    for (std::string id; each >> id;) redis.run({"XDEL", stream, id});
    auto stopped = world.start_consumer("consumer0");
    EXPECT_TRUE(stopped.wait().has_code(person_needed));
    EXPECT_LE(world.consumed("consumer0"), 699U);

    EXPECT_TRUE(world.start({"contrail", "rebuild"}).wait().has_code(1));
    EXPECT_TRUE(world.start({"contrail", "rebuild", "--execute"}).wait().success());
    EXPECT_TRUE(world.start({"contrail", "rebuild"}).wait().success());

    const auto consumer = world.start_consumer("consumer0");
    world.finish_rides();
    world.expect_level("consumer0");
}

}  // namespace contrail::test
