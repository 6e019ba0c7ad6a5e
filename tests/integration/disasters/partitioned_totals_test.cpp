// A total-distance consumer with segments, killed, split and merged under load: its totals add up, and `verify` and
// `reconcile` say so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "integration/cli/run_program.hpp"
#include "integration/disasters/ride_world.hpp"

namespace contrail::test {

using servers::ExitStatus;
using ::testing::HasSubstr;

class PartitionedTotals : public ::testing::Test {
protected:
    [[nodiscard]] servers::ChildProcess start() const {
        return world.start_consumer("parts",
                                    {"--segments", "4", "--crash", "exception", "--crash-rate", "0.05"});
    }

    [[nodiscard]] Ended run(const std::string& line) const { return run_program(line, world.settings); }

    /// Once an earlier merge has ended.
    void change_segments(const std::string& how) const {
        world.wait_until("it is done: " + how, [&] {
            return run("contrail consumer " + how + " parts --execute").output.ends_with("done\n");
        });
    }

    RideWorld world;
    AdminPostgres admin{world.settings.database_url};
    servers::ChildProcess streamer = world.start_streamer();
};

TEST_F(PartitionedTotals, AddUpThroughKillsSplitsAndMerges) {
    auto first = start();
    const auto second = start();
    const auto ordinary = world.start_consumer("ordinary");
    world.begin_rides(5'000);
    for (const char* change : {"split", "merge", "merge", "split"}) {
        const auto consumed = world.consumed("parts");
        world.continue_rides();
        world.wait_until("it moves on", [&] { return world.consumed("parts") > consumed; });
        change_segments(change);
        first.signal(SIGKILL);
        first.wait();
        first = start();
        EXPECT_EQ(run("rocket_rides reconcile").status, ExitStatus::exited(0)) << "while segments are apart";
    }
    world.continue_rides();  // for the segments of the last split
    world.finish_rides();
    world.expect_level("parts");

    const Ended verified = run("rocket_rides verify --json");
    EXPECT_EQ(verified.status, ExitStatus::exited(0)) << verified.output;
    const auto parts = nlohmann::json::parse(verified.output)["consumers"][1];
    EXPECT_EQ(parts["name"], "parts");
    EXPECT_EQ(parts["segments"].size(), 4U);
    double sum = 0;
    for (const auto& segment : parts["segments"]) {
        EXPECT_GT(segment["total_distance"], 0) << "all have worked";
        EXPECT_EQ(segment["last_id"], parts["last_id"]);
        sum += segment["total_distance"].get<double>();
    }
    EXPECT_EQ(parts["total_distance"], sum);
    EXPECT_THAT(run("rocket_rides verify").output, HasSubstr("  3/4"));
}

TEST_F(PartitionedTotals, AreCorrectedWhileTheyMove) {
    const auto consumer = start();
    world.begin_rides(3'000);
    world.wait_until("it moves on", [&] { return world.consumed("parts") > 500; });
    // Not while a batch is in hand, whose total would overwrite it.
    admin.run(
        "BEGIN; SELECT FROM contrail.checkpoints WHERE consumer = 'parts' FOR UPDATE;"
        "UPDATE segment_totals SET total_distance = total_distance + 1000 WHERE name = 'parts' AND segment = 2;"
        "COMMIT");
    EXPECT_EQ(run("rocket_rides reconcile").status, ExitStatus::exited(1)) << "found";
    EXPECT_EQ(run("rocket_rides reconcile --fix").status, ExitStatus::exited(0)) << "fixed";
    world.finish_rides();
    world.expect_level("parts");
    EXPECT_EQ(run("rocket_rides verify").status, ExitStatus::exited(0));
}

TEST_F(PartitionedTotals, AreThoseOfAnOrdinaryConsumerAfterTheLastMerge) {
    {
        auto consumer = start();
        world.begin_rides(1'000);
        world.finish_rides();
        world.expect_level("parts");
        change_segments("merge");
        change_segments("merge");
        consumer.signal(SIGTERM);
        EXPECT_EQ(consumer.wait(), ExitStatus::exited(0));
    }
    const auto ordinary = world.start_consumer("parts");
    world.begin_rides(1'000);
    world.finish_rides();
    world.expect_level("parts");
    EXPECT_EQ(admin.value("SELECT count(*) FROM segment_totals"), "0") << "merged into the first";
}

}  // namespace contrail::test
