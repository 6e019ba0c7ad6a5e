#include <gtest/gtest.h>

#include <filesystem>

#include "integration/disasters/ride_world.hpp"
#include "servers/temporary_directory.hpp"
#include "support/append_only_files.hpp"

namespace contrail::test {

/// A Redis of the test's own, that keeps its data on disk.
class RedisLoss : public ::testing::Test {
protected:
    Settings settings_with_own_redis() {
        Settings settings = fresh_settings();
        settings.log_url = redis.url();
        return settings;
    }

    void wait_until_logged(std::uint64_t records) {
        world.wait_until("the log grows", [&] { return world.logged() >= records; });
    }

    servers::TemporaryDirectory directory;
    servers::PrivateRedis redis{{.data_dir = directory.path() / "redis"}};
    RideWorld world{settings_with_own_redis()};
    servers::ChildProcess streamer = world.start_streamer();
    servers::ChildProcess consumer = world.start_consumer("consumer0");
};

TEST_F(RedisLoss, OfEverythingUnderLoadIsMadeGood) {
    world.begin_rides(4'000);
    for (int i = 0; i < 3; ++i) {
        wait_until_logged(500);
        AdminRedis(world.settings.log_url).run({"FLUSHALL"});
    }
    world.finish_rides();
    world.expect_level("consumer0");
}

TEST_F(RedisLoss, OfEverythingWhileNothingHappensIsMadeGood) {
    world.begin_rides(500);
    world.finish_rides();
    world.expect_level("consumer0");
    AdminRedis(world.settings.log_url).run({"FLUSHALL"});
    wait_until_logged(world.rides_committed());
    world.expect_level("consumer0");
}

TEST_F(RedisLoss, OfItsLastSecondsAtARestartIsMadeGood) {
    const auto data = redis.home();
    const auto older = directory.path() / "older";
    world.begin_rides(4'000);
    wait_until_logged(500);
    redis.stop();
    copy_with_owners(append_only_files(data), older);
    redis.start();
    wait_until_logged(2'000);

    redis.kill();
    put_back_append_only_files(data, older);
    redis.start();

    world.finish_rides();
    world.expect_level("consumer0");
}

TEST_F(RedisLoss, OfTheServerForAWhileDelaysAndLosesNothing) {
    world.begin_rides(4'000);
    wait_until_logged(500);
    redis.kill();
    world.continue_rides();
    redis.start();
    world.finish_rides();
    world.expect_level("consumer0");
}

TEST_F(RedisLoss, OfRoomForMoreDelaysAndLosesNothing) {
    world.begin_rides(4'000);
    wait_until_logged(500);
    AdminRedis(world.settings.log_url).run({"CONFIG", "SET", "maxmemory", "1"});
    world.continue_rides();
    AdminRedis(world.settings.log_url).run({"CONFIG", "SET", "maxmemory", "0"});
    world.finish_rides();
    world.expect_level("consumer0");
}

}  // namespace contrail::test
