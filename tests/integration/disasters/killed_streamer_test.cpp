#include <gtest/gtest.h>

#include <random>

#include "integration/disasters/ride_world.hpp"

namespace contrail::test {

TEST(AStreamerKilledAtManyPoints, LosesAndRepeatsNothing) {
    constexpr std::uint32_t seed = 2;
    constexpr std::uint64_t rides = 6'000;
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    RideWorld world;
    world.begin_rides(rides);
    const auto consumer = world.start_consumer("consumer0");

    int kills = 0;
    for (std::uint64_t logged = 0; logged < rides - 500; ++kills) {
        auto streamer = world.start_streamer();
        logged += std::uniform_int_distribution<std::uint64_t>(1, 300)(random);
        world.wait_until("the log grows", [&] { return world.logged() >= logged; });
        streamer.signal(SIGKILL);
        streamer.wait();
        logged = world.logged();
    }
    EXPECT_GT(kills, 10);

    world.finish_rides();
    const auto streamer = world.start_streamer();
    world.expect_level("consumer0");
}

TEST(AStreamerToldToStop, EndsWithStatusZeroAndLeavesNothingHalfDone) {
    RideWorld world;
    world.begin_rides(1'000);
    auto streamer = world.start({"contrail", "--log-level", "error", "stream"});
    world.wait_until("the log grows", [&] { return world.logged() > 100; });
    streamer.signal(SIGTERM);
    EXPECT_EQ(streamer.wait().to_string(), "exited with status 0");

    world.finish_rides();
    const auto next = world.start_streamer();
    const auto consumer = world.start_consumer("consumer0");
    world.expect_level("consumer0");
}

}  // namespace contrail::test
