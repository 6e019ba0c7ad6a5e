#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>

#include "servers/child_process.hpp"
#include "servers/descriptors.hpp"
#include "servers/temporary_directory.hpp"

namespace chaos {
namespace {

using contrail::servers::ChildProcess;
using contrail::servers::Command;
using contrail::servers::ExitStatus;

/// `rocket_rides chaos` as a process.
class ChaosRun : public testing::Test {
protected:
    ChildProcess start(const std::vector<std::string>& arguments) const {
        Command command;
        command.arguments = {CONTRAIL_PROGRAMS "/rocket_rides", "chaos", "--json", "--data-dir",
                             folder.path() / "data"};
        command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
        const auto verdict = contrail::servers::open_for_append(folder.path() / "verdict");
        const auto progress = contrail::servers::open_for_append(folder.path() / "progress");
        command.standard_output = verdict.get();
        command.standard_error = progress.get();
        return ChildProcess(command);
    }

    std::string text(const char* file) const {
        std::ifstream stream(folder.path() / file);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    /// What the programs told last: which one stopped, and why. The folder goes with the test.
    std::string end_of_programs_log() const {
        constexpr std::size_t shown_max = 8'000;
        const std::string log = text("data/programs.log");
        return log.substr(log.size() - std::min(log.size(), shown_max));
    }

    /// Runs it to its end, and expects a good verdict.
    nlohmann::json expect_good(const std::vector<std::string>& arguments) {
        EXPECT_EQ(start(arguments).wait(), ExitStatus::exited(0))
            << text("progress") << text("verdict") << end_of_programs_log();
        auto verdict = nlohmann::json::parse(text("verdict"), nullptr, /*allow_exceptions=*/false);
        if (!verdict.is_object()) return {};
        EXPECT_EQ(verdict["good"], true);
        EXPECT_GT(verdict["changes"]["acknowledged"], 0);
        for (const char* violation : {"lost", "counted_twice", "out_of_order", "gaps", "changed", "invented",
                                      "wrong_totals", "wrong_archives"})
            EXPECT_EQ(verdict[violation], 0) << violation;
        return verdict;
    }

    contrail::servers::TemporaryDirectory folder;
};

TEST_F(ChaosRun, SurvivesEveryFaultOnce) {
    const auto verdict =
        expect_good({"--times", "1", "--seed", "1", "--lasts-max", "500ms", "--at-once", "4"});
    ASSERT_TRUE(verdict.is_object());
    // The verdict names the faults that this machine does not allow. All others happened.
    EXPECT_GE(verdict["disasters"].size() + verdict["left_out"].size(), 26U);
    EXPECT_LE(verdict["left_out"].size(), 2U);
}

TEST_F(ChaosRun, SurvivesRandomFaults) {
    const std::string seed = std::to_string(std::random_device{}());
    std::cout << "rocket_rides chaos --duration 15s --lasts-max 3s --seed " << seed << std::endl;
    const auto verdict = expect_good({"--duration", "15s", "--lasts-max", "3s", "--seed", seed});
    ASSERT_TRUE(verdict.is_object());
    EXPECT_GE(verdict["disasters"].size(), 1U);
}

// Every fault that only the servers of this log have, once.
TEST_F(ChaosRun, SurvivesTheFaultsOfSentinel) {
    expect_good(
        {"--log", "sentinel", "--times", "1", "--seed", "2", "--lasts-max", "2s", "--rate", "50", "--only",
         "kill-master,freeze-master,partition-sentinel,hand-over,promote-lagging-replica,kill-log-servers"});
}

TEST_F(ChaosRun, SurvivesTheFaultsOfACluster) {
    expect_good(
        {"--log", "cluster", "--times", "1", "--seed", "3", "--lasts-max", "2s", "--rate", "50", "--only",
         "kill-master,freeze-master,hand-over,promote-lagging-replica,move-slot,stuck-slot,kill-shard"});
}

#ifdef CONTRAIL_CHAOS_KAFKA
// Patience for three brokers, each a Java process, on a busy machine.
TEST_F(ChaosRun, SurvivesTheFaultsOfKafka) {
    expect_good(
        {"--log", "kafka", "--times", "1", "--seed", "4", "--lasts-max", "2s", "--rate", "20", "--writers",
         "1", "--patience", "5m", "--only",
         "kill-leader,freeze-leader,stop-leader,kill-brokers,delete-topic,delete-topics,unclean-election"});
}
#endif

TEST_F(ChaosRun, RefusesAFaultOfAnotherLog) {
    EXPECT_EQ(start({"--log", "redis", "--only", "move-slot"}).wait(), ExitStatus::exited(78));
    EXPECT_NE(text("progress").find("a log on redis has none of them"), std::string::npos)
        << text("progress");
}

TEST_F(ChaosRun, FailsWithoutConvergenceInTime) {
    // Nothing converges so soon.
    EXPECT_EQ(start({"--duration", "1s", "--patience", "1ms"}).wait(), ExitStatus::exited(1));
    const auto verdict = nlohmann::json::parse(text("verdict"));
    EXPECT_EQ(verdict["good"], false);
    EXPECT_NE(verdict["failure"], "");
}

TEST_F(ChaosRun, RefusesAFolderThatIsNotEmpty) {
    std::filesystem::create_directories(folder.path() / "data" / "something");
    EXPECT_EQ(start({}).wait(), ExitStatus::exited(78));
    EXPECT_NE(text("progress").find("Choose another one"), std::string::npos) << text("progress");
}

}  // namespace
}  // namespace chaos
