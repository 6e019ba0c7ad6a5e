#include <gtest/gtest.h>

#include <filesystem>

#include "integration/disasters/ride_world.hpp"
#include "servers/temporary_directory.hpp"
#include "support/allow_debug.hpp"
#include "support/append_only_files.hpp"

namespace contrail::test {

namespace {

using Keep = RideWorld::Keep;

/// The outbox goes on with the next segment after a few hundred rides, so that one can be emptied.
const std::vector<std::string> retention_small_segments{"--segment-max-bytes", "32KiB"};

/// Redis drops whole blocks of about a hundred records.
constexpr std::uint64_t block_records = 100;

/// What a segment may hold before the outbox goes on with the next, and what is staged until it does.
constexpr std::uint64_t segments_records = 3'000;

}  // namespace

TEST(Retention, KeepsWhatAStoppedConsumerNeedsAndDropsItAfterwards) {
    RideWorld world(fresh_settings(), Keep::what_is_needed);
    const auto streamer = world.start_streamer(retention_small_segments);
    const auto consumer0 = world.start_consumer("consumer0");
    auto consumer1 = world.start_consumer("consumer1");
    world.begin_rides(8'000);
    world.wait_until("the second consumer is under way", [&] { return world.consumed("consumer1") > 500; });
    consumer1.end();
    const auto stopped_at = world.consumed("consumer1");
    world.finish_rides();
    world.expect_level("consumer0");
    EXPECT_LE(world.first_logged(), stopped_at + 1);
    EXPECT_GE(world.staged(), world.rides_committed() - stopped_at);

    const auto back = world.start_consumer("consumer1");
    world.expect_level("consumer1");

    world.wait_until("the log shrinks", [&] { return world.logged() <= block_records; });
    world.wait_until("the outbox shrinks", [&] { return world.staged() <= segments_records; });
}

/// A Redis of the test's own, whose data another state takes the place of, while consumers are past much of
/// what the outbox has released.
class RedisLossAfterRelease : public ::testing::Test {
protected:
    Settings settings_with_own_redis() {
        Settings settings = fresh_settings();
        settings.log_url = redis.url();
        return settings;
    }

    void rides_until_released() {
        const auto released = [&] {
            return std::stoull(AdminPostgres(world.settings.database_url)
                                   .value("SELECT min(no) FROM contrail.batches")) > 0;
        };
        while (!released()) {
            world.begin_rides(1'000);
            world.finish_rides();
            for (const char* consumer : {"consumer0", "consumer1"}) world.expect_level(consumer);
        }
    }

    /// More rides; each consumer gets everything, and no operator has to help.
    void expect_that_all_goes_on() {
        world.begin_rides(500);
        world.finish_rides();
        for (const char* consumer : {"consumer0", "consumer1"}) world.expect_level(consumer);
    }

    AdminRedis admin() { return AdminRedis(redis.url()); }

    servers::TemporaryDirectory directory;
    servers::PrivateRedis redis{
        {.data_dir = directory.path() / "redis", .settings = settings_that_allow_debug()}};
    RideWorld world{settings_with_own_redis(), Keep::what_is_needed};
    servers::ChildProcess streamer = world.start_streamer(retention_small_segments);
    servers::ChildProcess consumer0 = world.start_consumer("consumer0");
    servers::ChildProcess consumer1 = world.start_consumer("consumer1");
};

TEST_F(RedisLossAfterRelease, OfEverythingIsMadeGood) {
    rides_until_released();
    admin().run({"FLUSHALL"});
    expect_that_all_goes_on();
}

TEST_F(RedisLossAfterRelease, OfEverythingUnderLoadIsMadeGood) {
    rides_until_released();
    for (int i = 0; i < 3; ++i) {
        world.continue_rides();
        admin().run({"FLUSHALL"});
    }
    world.finish_rides();
    expect_that_all_goes_on();
}

TEST_F(RedisLossAfterRelease, OfNothingAtAReloadChangesNothing) {
    rides_until_released();
    admin().run({"DEBUG", "RELOAD"});
    expect_that_all_goes_on();
}

TEST_F(RedisLossAfterRelease, OfTheTailOfItsFileIsMadeGood) {
    world.begin_rides(1'000);
    world.finish_rides();
    world.expect_level("consumer0");
    rides_until_released();
    redis.kill();
    for (const auto& file : std::filesystem::recursive_directory_iterator(directory.path() / "redis")) {
        if (file.path().extension() == ".aof" && file.file_size() > 0)
            std::filesystem::resize_file(file.path(), file.file_size() / 2);
    }
    redis.start();
    expect_that_all_goes_on();
}

TEST_F(RedisLossAfterRelease, InFavourOfAnOlderCopyIsMadeGood) {
    const auto data = redis.home();
    const auto older = directory.path() / "older";
    world.begin_rides(500);
    world.finish_rides();
    for (const char* consumer : {"consumer0", "consumer1"}) world.expect_level(consumer);
    redis.stop();
    copy_with_owners(append_only_files(data), older);
    redis.start();
    rides_until_released();

    redis.kill();
    put_back_append_only_files(data, older);
    redis.start();

    expect_that_all_goes_on();
}

/// A consumer that a limit of the operator's cut off stops, and says what helps.
TEST(AConsumerCutOffByALimit, StopsUntilAPersonHasSeenToIt) {
    RideWorld world(fresh_settings(), Keep::what_is_needed);
    const auto streamer = world.start_streamer({"--log-max-records", "1000"});
    const auto consumer0 = world.start_consumer("consumer0");
    auto consumer1 = world.start_consumer("consumer1");
    world.begin_rides(300);
    world.finish_rides();
    world.expect_level("consumer1");
    consumer1.end();

    // Never more than the limit at once: consumer0 must not be cut off, however slow the machine.
    for (int round = 0; round < 5; ++round) {
        world.begin_rides(800);
        world.finish_rides();
        world.expect_level("consumer0");
    }
    world.wait_until("the limit is kept", [&] { return world.logged() <= 1'000 + block_records; });

    auto back = world.start_consumer("consumer1");
    EXPECT_EQ(back.wait().to_string(), "exited with status 78");
    EXPECT_LT(world.consumed("consumer1"), 1'000U);
}

}  // namespace contrail::test
