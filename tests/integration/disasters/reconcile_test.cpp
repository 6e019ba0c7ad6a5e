// States are found wrong, fixed and made anew while rides come in and the fleet runs.
#include <gtest/gtest.h>

#include "integration/disasters/ride_world.hpp"

namespace contrail::test {

namespace {

using Keep = RideWorld::Keep;
using servers::ExitStatus;

/// The outbox lets go of what is not needed every few hundred rides.
const std::vector<std::string> small_segments{"--segment-max-bytes", "32KiB"};

}  // namespace

TEST(ReconcileUnderLoad, FindsAStateEditedByHandAndFixesItToTheExactTotal) {
    constexpr int edits = 5;
    RideWorld world(fresh_settings(), Keep::what_is_needed);
    const auto streamer = world.start_streamer(small_segments);
    const auto right = world.start_consumer("right");
    const auto wrong = world.start_consumer("wrong", {"--crash", "exception", "--crash-rate", "0.1"});
    AdminPostgres admin(world.settings.database_url);
    const auto reconcile = [&](const std::vector<std::string>& more) {
        std::vector<std::string> arguments{"rocket_rides", "reconcile"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return world.start(arguments).wait();
    };

    for (int edit = 1; edit <= edits; ++edit) {
        const auto consumed = world.consumed("wrong");
        world.begin_rides(5'000);
        world.wait_until("it moves on", [&] { return world.consumed("wrong") > consumed + 200; });
        EXPECT_EQ(reconcile({}), ExitStatus::exited(0)) << "nothing is wrong by itself";
        // Not while a batch is in hand, whose total would overwrite it.
        admin.run(
            "BEGIN; SELECT FROM contrail.checkpoints WHERE consumer = 'wrong' FOR UPDATE;"
            "UPDATE consumer_states SET total_distance = total_distance + 1000 WHERE name = 'wrong'; COMMIT");
        EXPECT_EQ(reconcile({}), ExitStatus::exited(1)) << "found";
        EXPECT_EQ(reconcile({"--fix"}), ExitStatus::exited(0)) << "fixed";
        world.finish_rides();
    }

    world.expect_level("right");
    world.expect_level("wrong");
    EXPECT_EQ(reconcile({"--json"}), ExitStatus::exited(0));
}

TEST(ReconcileUnderLoad, GivesNewConsumersTheirStateThoughTheLogsBeginningIsGone) {
    RideWorld world(fresh_settings(), Keep::what_is_needed);
    const auto streamer = world.start_streamer(small_segments);
    const auto consumer0 = world.start_consumer("consumer0");
    std::vector<servers::ChildProcess> late;
    for (const char* name : {"late1", "late2", "late3"}) {
        const auto first = world.first_logged();
        world.begin_rides(3'000);
        world.finish_rides();
        world.wait_until("the log is trimmed", [&] { return world.first_logged() > first + 500; });
        world.begin_rides(5'000);
        late.push_back(world.start_consumer(name, {"--crash", "none", "--from", "reconciled"}));
        world.wait_until("it has begun", [&] { return world.consumed(name) > 0; });
        world.finish_rides();
    }

    for (const char* name : {"consumer0", "late1", "late2", "late3"}) world.expect_level(name);
}

}  // namespace contrail::test
