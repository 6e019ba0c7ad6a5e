#include <gmock/gmock.h>

#include <csignal>
#include <fstream>

#include "contrail/postgres.hpp"
#include "running_fleet.hpp"
#include "servers/temporary_directory.hpp"

namespace rocket_rides {
namespace {

using contrail::servers::ExitStatus;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class Up : public testing::Test {
protected:
    Up() { adopt_orphans(); }
    /// What a fleet leaves that was killed ends a little after it: still among the next test's, otherwise.
    ~Up() override { wait_until_no_process_is_left(); }

    /// A file of `count` rides of 100 m.
    std::string input(int count) const {
        const std::filesystem::path file = folder.path() / "rides.csv";
        std::ofstream stream(file);
        stream << "distance\n";
        for (int ride = 0; ride < count; ++ride) stream << "100\n";
        return file;
    }

    contrail::servers::TemporaryDirectory folder;
    std::filesystem::path data = folder.path() / "data";
};

TEST_F(Up, PostsAFileAndExitsWithTheVerdict) {
    RunningFleet fleet(data, {"--input", input(300), "--exit-when-done"});
    EXPECT_EQ(fleet.wait(), ExitStatus::exited(0));
    EXPECT_THAT(fleet.said(), AllOf(HasSubstr("Agree: 2 of 2 consumers have consumed every ride"),
                                    HasSubstr("Agree: warehouse holds exactly the rides")));
    EXPECT_THAT(fleet.said(), AllOf(HasSubstr("consumer0 | Consumed record: {\"id\": "),
                                    HasSubstr("consumer1 | Consumed record: {\"id\": "),
                                    HasSubstr(" total_distance=30000.0m\n")));
    EXPECT_TRUE(no_process_is_left());
}

TEST_F(Up, ReachesTheSameAlthoughItsConsumersAreKilled) {
    RunningFleet fleet(data, {"--input", input(3'000), "--exit-when-done", "--crash", "kill"});
    EXPECT_EQ(fleet.wait(), ExitStatus::exited(0));
    EXPECT_THAT(fleet.said(), AllOf(HasSubstr("killed by signal 9 (Killed); starting again in"),
                                    HasSubstr("Agree: 2 of 2 consumers"), HasSubstr("300000.000"),
                                    HasSubstr("Agree: warehouse holds exactly the rides")));
    EXPECT_TRUE(no_process_is_left());
}

TEST_F(Up, KeepsItsDataForTheNextTime) {
    EXPECT_EQ(RunningFleet(data, {"--input", input(20), "--exit-when-done"}).wait(), ExitStatus::exited(0));
    RunningFleet fleet(data, {"--input", input(30), "--exit-when-done"});
    EXPECT_EQ(fleet.wait(), ExitStatus::exited(0));
    EXPECT_THAT(fleet.said(), HasSubstr("total_distance=5000.0m"));
}

TEST_F(Up, KeepsTheLogsBeginningForConsumersThatHaveNotBegun) {
    RunningFleet fleet(data, {"--no-simulator"});
    fleet.until_said("listening");
    std::vector<std::string> known;
    for (const auto& each : contrail::postgres_outbox(fleet.settings())->registry().consumers())
        known.push_back(each.name.str() + " at " + each.position.to_string());
    EXPECT_THAT(known, ElementsAre("consumer0 at 0-0", "consumer1 at 0-0", "warehouse at 0-0"));
}

TEST_F(Up, EndsInOrderAtCtrlCAndIgnoresASecondOne) {
    RunningFleet fleet(data);
    fleet.until_said("Consumed record");
    fleet.process().signal(SIGINT);
    fleet.process().signal(SIGINT);
    EXPECT_EQ(fleet.wait(), ExitStatus::exited(0));
    EXPECT_THAT(fleet.said(), HasSubstr("fleet     | ending: Interrupt\n"));
    EXPECT_TRUE(no_process_is_left());
}

TEST_F(Up, LeavesNoProcessBehindIfItIsKilled) {
    RunningFleet fleet(data);
    fleet.until_said("Consumed record");
    fleet.process().signal(SIGKILL);
    EXPECT_EQ(fleet.wait(), ExitStatus::killed(SIGKILL));
    wait_until_no_process_is_left();
}

TEST_F(Up, GoesOnAtOnceAfterItWasKilled) {
    {
        RunningFleet fleet(data);
        fleet.until_said("Consumed record");
        fleet.process().signal(SIGKILL);
        fleet.wait();
    }
    RunningFleet fleet(data, {"--input", input(20), "--exit-when-done"});
    EXPECT_EQ(fleet.wait(), ExitStatus::exited(0));
    EXPECT_THAT(fleet.said(), HasSubstr("Agree: 2 of 2 consumers"));
}

TEST_F(Up, StartsAgainWhoeverIsKilled) {
    RunningFleet fleet(data, {"--no-simulator", "--no-failures"});
    fleet.until_said("listening");
    for (const std::string name : {"consumer0", "warehouse", "streamer", "api"}) {
        ::kill(fleet.pid_of("rocket_rides " + (name == "consumer0" ? "consumer " + name : name)), SIGKILL);
        fleet.until_said(name + std::string(9 - name.size(), ' ') +
                         " | killed by signal 9 (Killed); starting again in 100 ms");
    }
    fleet.post_rides(1);
    fleet.until_said("consumer0 | Consumed record");
    fleet.until_said("consumer1 | Consumed record");
    fleet.until_said("warehouse | 1 stored, 0 deleted, up to record ");
}

TEST_F(Up, StartsItsServersAgainWithTheirData) {
    RunningFleet fleet(data, {"--no-simulator", "--no-failures"});
    fleet.until_said("listening");
    fleet.post_rides(3);
    ::kill(fleet.pid_of("redis-server"), SIGKILL);
    fleet.until_said("redis     | started");
    ::kill(fleet.pid_of("postgres -D"), SIGKILL);
    fleet.until_said("postgres  | started");
    fleet.post_rides(4);
    fleet.until_said("consumer0 | Consumed record", 7);
    fleet.until_said("consumer1 | Consumed record", 7);

    const nlohmann::json report = fleet.verify();
    EXPECT_EQ(report["rides"]["count"], 7);
    EXPECT_EQ(report["log"]["records"], 7);
    EXPECT_EQ(report["consumers"].size(), 2U);
    EXPECT_EQ(report["agree"], true);
}

TEST_F(Up, SaysWhereItsPageIsFirstOfAllAndAgainWhenRidesFlow) {
    RunningFleet fleet(data, {"--no-simulator", "--no-failures"});
    fleet.until_said("listening");
    fleet.post_rides(1);
    fleet.until_said("fleet     | rides flow; watch them at http://127.0.0.1:");
    EXPECT_LT(fleet.said().find("fleet     | the page: http://127.0.0.1:"),
              fleet.said().find("postgres  | "));
}

TEST_F(Up, RefusesAPortForItsPageThatIsTaken) {
    RunningFleet first(data, {"--no-simulator"});
    first.until_said("listening");
    RunningFleet second(folder.path() / "other", {"--dashboard-port", std::to_string(first.port())});
    EXPECT_EQ(second.wait(), ExitStatus::exited(78));
    EXPECT_THAT(second.said(), HasSubstr("--dashboard-port"));
}

TEST_F(Up, RefusesAFolderThatAnotherOneUses) {
    RunningFleet first(data, {"--no-simulator"});
    first.until_said("listening");
    RunningFleet second(data);
    EXPECT_EQ(second.wait(), ExitStatus::exited(78));
    EXPECT_THAT(second.said(), AllOf(HasSubstr(data.string()), HasSubstr("another one runs there")));
    EXPECT_EQ(first.process().wait_for(std::chrono::milliseconds(0)), std::nullopt);
}

TEST_F(Up, RefusesAPortThatIsTaken) {
    RunningFleet first(data, {"--no-simulator"});
    first.until_said("listening");
    RunningFleet second(folder.path() / "other", {}, first.port());
    EXPECT_EQ(second.wait(), ExitStatus::exited(78));
    EXPECT_THAT(second.said(),
                AllOf(HasSubstr("port " + std::to_string(first.port())), HasSubstr("API_PORT")));
}

}  // namespace
}  // namespace rocket_rides
