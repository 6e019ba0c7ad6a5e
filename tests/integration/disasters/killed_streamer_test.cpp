#include <gtest/gtest.h>

#include <random>

#include "integration/disasters/ride_world.hpp"

namespace contrail::test {

TEST(AStreamerKilledAtManyPoints, LosesAndRepeatsNothing) {
    constexpr std::uint32_t seed = 2;
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    RideWorld world;
    const auto consumer = world.start_consumer("consumer0");

    for (int kill = 0; kill < 20; ++kill) {
        auto streamer = world.start_streamer();
        const auto logged = world.logged() + std::uniform_int_distribution<std::uint64_t>(1, 200)(random);
        world.begin_rides(300);
        world.wait_until("the log grows", [&] { return world.logged() >= logged; });
        streamer.signal(SIGKILL);
        streamer.wait();
    }

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
