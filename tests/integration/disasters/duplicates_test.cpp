#include <gtest/gtest.h>

#include "integration/disasters/ride_world.hpp"

namespace contrail::test {

TEST(TwoStreamersAtOnce, WriteEveryRecordOnceAndOneTakesOverFromTheOther) {
    RideWorld world;
    auto one = world.start_streamer();
    const auto two = world.start_streamer();
    const auto consumer = world.start_consumer("consumer0");
    world.begin_rides(3'000);
    world.wait_until("the log grows", [&] { return world.logged() > 500; });
    one.signal(SIGKILL);
    one.wait();
    world.finish_rides();
    world.expect_level("consumer0");
}

// A streamer that was frozen still believes that it leads, and holds an append that it had prepared.
TEST(AStreamerFrozenAndWokenUp, DoesNoHarmToTheOneThatTookOver) {
    RideWorld world;
    auto zombie = world.start_streamer();
    world.begin_rides(3'000);
    world.wait_until("the log grows", [&] { return world.logged() > 300; });
    zombie.signal(SIGSTOP);
    // As if its session had been lost: the lock by which it leads is free again.
    AdminPostgres(world.settings.database_url)
        .run(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND "
            "database = (SELECT oid FROM pg_database WHERE datname = current_database())");
    const auto successor = world.start_streamer();
    world.wait_until("the successor works", [&] { return world.logged() > 1'000; });
    zombie.signal(SIGCONT);

    const auto consumer = world.start_consumer("consumer0");
    world.finish_rides();
    world.expect_level("consumer0");
}

// It leads for as long as its session lasts, and that does not end while it is frozen.
TEST(AStreamerFrozenWhileItLeads, IsReplacedByOneThatStoodByAndDoesNoHarmWhenItWakes) {
    RideWorld world;
    auto zombie = world.start_streamer();
    world.begin_rides(6'000);
    world.wait_until("the log grows", [&] { return world.logged() > 300; });
    const auto successor = world.start_streamer({"--takeover-wait-ms", "500"});
    zombie.signal(SIGSTOP);
    const auto logged = world.logged();
    world.begin_rides(1'000);
    world.wait_until("the successor works", [&] { return world.logged() > logged + 500; });
    zombie.signal(SIGCONT);

    const auto consumer = world.start_consumer("consumer0");
    world.finish_rides();
    world.expect_level("consumer0");
}

TEST(TwoConsumersOfOneName, CountEveryRideOnce) {
    RideWorld world;
    const auto streamer = world.start_streamer();
    auto one = world.start_consumer("consumer0");
    const auto two = world.start_consumer("consumer0");
    world.begin_rides(3'000);
    world.wait_until("half is consumed", [&] { return world.consumed("consumer0") > 1'500; });
    one.signal(SIGKILL);
    one.wait();
    world.finish_rides();
    world.expect_level("consumer0");
}

}  // namespace contrail::test
