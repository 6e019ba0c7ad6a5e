#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>

#include "chaos/engines/log_engine.hpp"
#include "contrail/postgres.hpp"
#include "contrail/postgres_session.hpp"
#include "contrail/redis.hpp"
#include "integration/demo/running_fleet.hpp"
#include "servers/temporary_directory.hpp"

namespace demo {
namespace {

using contrail::servers::ExitStatus;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class Up : public testing::Test {
protected:
    Up() { adopt_orphans(); }
    /// The children of a killed fleet end a little later. They must not be among those of the next test.
    ~Up() override { wait_until_no_process_is_left(); }

    /// A file of `count` rides of 100 m.
    std::string input(int count) const {
        const std::filesystem::path file = folder.path() / "rides.csv";
        std::ofstream stream(file);
        stream << "distance\n";
        for (int ride = 0; ride < count; ++ride) stream << "100\n";
        return file;
    }

    static std::string text(const std::filesystem::path& file) {
        std::ifstream stream(file);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    contrail::servers::TemporaryDirectory folder;
    std::filesystem::path data = folder.path() / "data";
};

TEST_F(Up, PostsAFileAndExitsWithTheVerdictOfVerify) {
    RunningFleet fleet(data, {"--input", input(300), "--exit-when-done"});
    EXPECT_EQ(fleet.wait(), ExitStatus::exited(0));
    EXPECT_THAT(fleet.output(), AllOf(HasSubstr("Agree: 2 of 2 consumers have consumed every ride"),
                                      HasSubstr("Agree: warehouse holds exactly the rides")));
    EXPECT_THAT(fleet.output(), AllOf(HasSubstr("consumer0 | Consumed record: {\"id\": "),
                                      HasSubstr("consumer1 | Consumed record: {\"id\": "),
                                      HasSubstr(" total_distance=30000.0m\n")));
    EXPECT_TRUE(no_process_is_left());
}

class UpOnALog : public Up, public testing::WithParamInterface<std::string> {};

TEST_P(UpOnALog, StartsItsServersAndReachesTheSameTotals) {
    RunningFleet fleet(data, {"--log", GetParam(), "--input", input(300), "--exit-when-done"});
    EXPECT_EQ(fleet.wait(), ExitStatus::exited(0));
    EXPECT_THAT(fleet.output(), AllOf(HasSubstr("Agree: 2 of 2 consumers"), HasSubstr("30000.000"),
                                      HasSubstr("Agree: warehouse holds exactly the rides")));
    EXPECT_THAT(text(data / "servers.toml"), HasSubstr("log-url = \"" + fleet.settings().log_url + '"'));
    EXPECT_TRUE(no_process_is_left());
}

INSTANTIATE_TEST_SUITE_P(Logs, UpOnALog, testing::ValuesIn(chaos::log_names()),
                         [](const auto& log) { return log.param; });

TEST_F(Up, RefusesServersForALogThatTheSettingsName) {
    RunningFleet fleet(data, {"--log", "cluster", "--log-url", "redis://elsewhere"});
    EXPECT_EQ(fleet.wait(), ExitStatus::exited(78));
    EXPECT_THAT(fleet.output(), HasSubstr("LOG_URL names others"));
}

TEST_F(Up, ReachesTheSameTotalsAlthoughConsumersAreKilled) {
    RunningFleet fleet(data, {"--input", input(3'000), "--exit-when-done", "--crash", "kill"});
    EXPECT_EQ(fleet.wait(), ExitStatus::exited(0));
    EXPECT_THAT(fleet.output(), AllOf(HasSubstr("killed by signal 9 (Killed); restarting in"),
                                      HasSubstr("Agree: 2 of 2 consumers"), HasSubstr("300000.000"),
                                      HasSubstr("Agree: warehouse holds exactly the rides")));
    EXPECT_TRUE(no_process_is_left());
}

TEST_F(Up, KeepsItsDataForTheNextRun) {
    EXPECT_EQ(RunningFleet(data, {"--input", input(20), "--exit-when-done"}).wait(), ExitStatus::exited(0));
    RunningFleet fleet(data, {"--input", input(30), "--exit-when-done"});
    EXPECT_EQ(fleet.wait(), ExitStatus::exited(0));
    EXPECT_THAT(fleet.output(), HasSubstr("total_distance=5000.0m"));
}

TEST_F(Up, KeepsItsDataForItsUserAlone) {
    ASSERT_EQ(RunningFleet(data, {"--input", input(3), "--exit-when-done"}).wait(), ExitStatus::exited(0));
    const auto mode = [&](const char* name) {
        struct stat status {};
        EXPECT_EQ(::stat((data / name).c_str(), &status), 0) << name;
        return status.st_mode & 0777;
    };
    // The servers of root run as another user, who must pass through.
    EXPECT_EQ(mode("."), ::geteuid() == 0 ? 0710U : 0700U);
    EXPECT_EQ(mode("warehouse.sqlite"), 0600U);
    EXPECT_EQ(mode("servers.toml"), 0600U);
}

TEST_F(Up, RefusesAFolderThatItsServersMayNotEnter) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
    RunningFleet fleet(data);
    EXPECT_EQ(fleet.wait(), ExitStatus::exited(78));
    EXPECT_THAT(fleet.output(), HasSubstr("may not enter " + folder.path().string()));
}

TEST_F(Up, GivesItsServersNoCapability) {
    RunningFleet fleet(data, {"--no-simulator"});
    fleet.until_output("listening");
    for (const char* server : {"redis-server", "postgres -D"}) {
        std::ifstream status("/proc/" + std::to_string(fleet.pid_of(server)) + "/status");
        const std::string text{std::istreambuf_iterator<char>(status), {}};
        EXPECT_THAT(text, HasSubstr("CapEff:\t0000000000000000\n")) << server;
    }
}

TEST_F(Up, RegistersItsConsumersBeforeTheyBegin) {
    RunningFleet fleet(data, {"--no-simulator"});
    fleet.until_output("listening");
    std::vector<std::string> known;
    for (const auto& each : contrail::postgres_outbox(fleet.settings())->registry().consumers())
        known.push_back(each.name.str() + " at " + each.position.to_string());
    EXPECT_THAT(known, ElementsAre("consumer0 at 0-0", "consumer1 at 0-0", "warehouse at 0-0"));
}

TEST_F(Up, EndsInOrderAtCtrlCAndIgnoresASecondOne) {
    RunningFleet fleet(data);
    fleet.until_output("Consumed record");
    fleet.process().signal(SIGINT);
    fleet.process().signal(SIGINT);
    EXPECT_EQ(fleet.wait(), ExitStatus::exited(0));
    EXPECT_THAT(fleet.output(), HasSubstr("fleet     | ending: Interrupt\n"));
    EXPECT_TRUE(no_process_is_left());
}

TEST_F(Up, FailsIfItCannotWriteItsOutput) {
    contrail::servers::Command up;
    up.arguments = {CONTRAIL_PROGRAMS "/rocket_rides",           "up",         "--no-simulator", "--port",
                    std::to_string(contrail::test::free_port()), "--data-dir", data.string()};
    up.environment = {{"DATABASE_URL", ""}, {"LOG_URL", ""}, {"REDIS_URL", ""}};
    const auto full = contrail::servers::FileDescriptor(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    const auto errors = contrail::servers::open_for_append(folder.path() / "errors");
    up.standard_output = full.get();
    up.standard_error = errors.get();
    EXPECT_EQ(contrail::servers::run(up), ExitStatus::exited(1));
    std::ifstream stream(folder.path() / "errors");
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    EXPECT_THAT(text, HasSubstr("Cannot write to standard output: No space left on device"));
    EXPECT_TRUE(no_process_is_left());
}

TEST_F(Up, LeavesNoProcessBehindIfItIsKilled) {
    RunningFleet fleet(data);
    fleet.until_output("Consumed record");
    fleet.process().signal(SIGKILL);
    EXPECT_EQ(fleet.wait(), ExitStatus::killed(SIGKILL));
    wait_until_no_process_is_left();
}

TEST_F(Up, ContinuesAtOnceAfterAKill) {
    {
        RunningFleet fleet(data);
        fleet.until_output("Consumed record");
        fleet.process().signal(SIGKILL);
        fleet.wait();
    }
    RunningFleet fleet(data, {"--input", input(20), "--exit-when-done"});
    EXPECT_EQ(fleet.wait(), ExitStatus::exited(0));
    EXPECT_THAT(fleet.output(), HasSubstr("Agree: 2 of 2 consumers"));
}

TEST_F(Up, RestartsAKilledProgram) {
    RunningFleet fleet(data, {"--no-simulator", "--no-failures"});
    fleet.until_output("listening");
    for (const std::string name : {"consumer0", "warehouse", "streamer", "api"}) {
        ::kill(fleet.pid_of("rocket_rides " + (name == "consumer0" ? "consumer " + name : name)), SIGKILL);
        fleet.until_output(name + std::string(9 - name.size(), ' ') +
                           " | killed by signal 9 (Killed); restarting in 100 ms");
    }
    fleet.post_rides(1);
    fleet.until_output("consumer0 | Consumed record");
    fleet.until_output("consumer1 | Consumed record");
    fleet.until_output("warehouse | 1 stored, 0 deleted, up to record ");
}

TEST_F(Up, RestartsItsServersWithTheirData) {
    RunningFleet fleet(data, {"--no-simulator", "--no-failures"});
    fleet.until_output("listening");
    fleet.post_rides(3);
    ::kill(fleet.pid_of("redis-server"), SIGKILL);
    fleet.until_output("redis     | started");
    ::kill(fleet.pid_of("postgres -D"), SIGKILL);
    fleet.until_output("postgres  | started");
    fleet.post_rides(4);
    fleet.until_output("consumer0 | Consumed record", 7);
    fleet.until_output("consumer1 | Consumed record", 7);

    const nlohmann::json report = fleet.verify();
    EXPECT_EQ(report["rides"]["count"], 7);
    EXPECT_EQ(report["log"]["records"], 7);
    EXPECT_EQ(report["consumers"].size(), 2U);
    EXPECT_EQ(report["agree"], true);
}

TEST_F(Up, PrintsTheAddressOfItsPageFirstAndAgainWhenRidesFlow) {
    RunningFleet fleet(data, {"--no-simulator", "--no-failures"});
    fleet.until_output("listening");
    fleet.post_rides(1);
    fleet.until_output("fleet     | rides flow; watch them at http://127.0.0.1:");
    EXPECT_LT(fleet.output().find("fleet     | the page: http://127.0.0.1:"),
              fleet.output().find("postgres  | "));
}

TEST_F(Up, ServesClientsWithoutUnixSocketsOverTcpWithAPassword) {
    RunningFleet fleet(data, {"--no-simulator", "--no-failures", "--tcp"});
    fleet.until_output("listening");
    fleet.post_rides(1);
    fleet.until_output("consumer0 | Consumed record");

    contrail::Settings over_tcp;
    over_tcp.database_url = fleet.output_after("over TCP, DATABASE_URL=");
    over_tcp.log_url = fleet.output_after("over TCP, LOG_URL=");
    over_tcp.stream_name = fleet.settings().stream_name;
    EXPECT_THAT(over_tcp.database_url,
                testing::MatchesRegex("postgresql://postgres:[0-9a-f]{32}@127.0.0.1:.*"));
    EXPECT_NO_THROW(contrail::PostgresSession(over_tcp, "test").execute("SELECT FROM contrail.checkpoints"));
    EXPECT_EQ(contrail::redis_log(over_tcp)->usage().records, 1U);

    const auto without_password = [](std::string url) {
        const auto at = url.find('@');
        const auto colon = url.rfind(':', at);
        return url.erase(colon, at - colon);
    };
    contrail::Settings stranger = over_tcp;
    stranger.database_url = without_password(over_tcp.database_url);
    stranger.log_url = without_password(over_tcp.log_url).erase(8, 1);
    EXPECT_THROW(contrail::PostgresSession(stranger, "test"), contrail::Error);
    EXPECT_THROW(contrail::redis_log(stranger)->usage(), contrail::Error);
}

TEST_F(Up, RefusesATakenPortForItsPage) {
    RunningFleet first(data, {"--no-simulator"});
    first.until_output("listening");
    RunningFleet second(folder.path() / "other", {"--dashboard-port", std::to_string(first.port())});
    EXPECT_EQ(second.wait(), ExitStatus::exited(78));
    EXPECT_THAT(second.output(), HasSubstr("--dashboard-port"));
}

TEST_F(Up, RefusesAFolderInUse) {
    RunningFleet first(data, {"--no-simulator"});
    first.until_output("listening");
    RunningFleet second(data);
    EXPECT_EQ(second.wait(), ExitStatus::exited(78));
    EXPECT_THAT(second.output(), AllOf(HasSubstr(data.string()), HasSubstr("another one runs there")));
    EXPECT_EQ(first.process().wait_for(std::chrono::milliseconds(0)), std::nullopt);
}

TEST_F(Up, RefusesATakenPort) {
    RunningFleet first(data, {"--no-simulator"});
    first.until_output("listening");
    RunningFleet second(folder.path() / "other", {}, first.port());
    EXPECT_EQ(second.wait(), ExitStatus::exited(78));
    EXPECT_THAT(second.output(),
                AllOf(HasSubstr("port " + std::to_string(first.port())), HasSubstr("API_PORT")));
}

}  // namespace
}  // namespace demo
