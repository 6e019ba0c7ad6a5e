#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "integration/disasters/ride_world.hpp"

namespace contrail::test {

TEST(AConsumerKilledAtManyPoints, CountsEveryRideOnce) {
    constexpr std::uint32_t seed = 3;
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    RideWorld world;
    const auto streamer = world.start_streamer();

    for (int kill = 0; kill < 20; ++kill) {
        auto consumer = world.start_consumer("consumer0");
        const auto consumed =
            world.consumed("consumer0") + std::uniform_int_distribution<std::uint64_t>(1, 200)(random);
        world.begin_rides(300);
        world.wait_until("the consumer moves on", [&] { return world.consumed("consumer0") >= consumed; });
        consumer.signal(SIGKILL);
        consumer.wait();
    }

    world.finish_rides();
    const auto consumer = world.start_consumer("consumer0");
    world.expect_level("consumer0");
}

// After the handler's work, before the commit: where a careless consumer counts twice.
TEST(AConsumerThatDiesBeforeItsCommit, CountsEveryRideOnce) {
    RideWorld world;
    const auto streamer = world.start_streamer();
    world.begin_rides(2'000);
    world.finish_rides();

    int deaths = 0;
    std::optional<servers::ChildProcess> consumer;
    world.wait_until("all is consumed", [&] {
        if (!consumer || consumer->wait_for(std::chrono::milliseconds(0))) {
            if (consumer) ++deaths;
            consumer.emplace(world.start_consumer(
                "consumer0", {"--crash", "kill", "--crash-rate", "0.3", "--seed", std::to_string(deaths)}));
        }
        return world.consumed("consumer0") == world.rides_committed();
    });
    EXPECT_GT(deaths, 3);
    world.expect_level("consumer0");
}

}  // namespace contrail::test
