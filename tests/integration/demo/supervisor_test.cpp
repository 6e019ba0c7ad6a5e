#include "demo/fleet/supervisor.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "servers/descriptors.hpp"

namespace rocket_rides {
namespace {

using namespace std::chrono_literals;
using contrail::servers::ExitStatus;
using contrail::servers::Pipe;
using testing::HasSubstr;

Member member(const std::string& name, const std::string& script, bool once = false) {
    contrail::servers::Command command;
    command.arguments = {"sh", "-c", script};
    return {{.name = name, .command = command, .once = once}, Label(name, 1, 0, false)};
}

/// A supervisor of shell scripts; what they and it say is gathered.
class SupervisorTest : public testing::Test {
protected:
    template <class... Members>
    Supervisor& supervise(Members... each) {
        std::vector<Member> members;
        (members.push_back(std::move(each)), ...);
        return supervisor.emplace(std::move(members), output, signals);
    }

    /// Lets the supervisor work until `text` was said.
    void until_said(const std::string& text) {
        while (said.find(text) == std::string::npos) {
            supervisor->turn(std::nullopt);
            gather();
        }
    }

    std::string stop() {
        supervisor->stop();
        gather();
        return said;
    }

    void gather() {
        do {
            output.write_all(0ms);
            said += printed.read();
        } while (output.pending());
    }

    Pipe pipe = contrail::servers::make_pipe();
    LineSource printed{std::move(pipe.read_end)};
    Output output{pipe.write_end.get()};
    StopSignals signals;
    std::string said;
    std::optional<Supervisor> supervisor;
};

TEST_F(SupervisorTest, PassesLinesOn) {
    supervise(member("a", "echo good; echo bad >&2; exec sleep 1000"));
    until_said("a | good\na | bad\n");
}

TEST_F(SupervisorTest, StartsAgainWhatDiesAndSaysSo) {
    supervise(member("a", "echo alive; kill -9 $$"));
    until_said("a | alive\na | killed by signal 9 (Killed); starting again in 100 ms\na | alive\n");
}

TEST_F(SupervisorTest, StartsAgainWhatExitsToo) {
    supervise(member("a", "exit 0"), member("b", "exit 1"));
    until_said("a | exited with status 0; starting again in 100 ms");
    until_said("b | exited with status 1; starting again in 100 ms");
}

TEST_F(SupervisorTest, LosesNoLineOfAProgramThatDies) {
    supervise(member("a", "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done; printf unfinished",
                     true));
    while (!supervisor->last_status("a")) {
        supervisor->turn(std::nullopt);
        gather();
    }
    gather();
    EXPECT_EQ(std::ranges::count(said, '\n'), 20'001);
    EXPECT_THAT(said, testing::EndsWith("a | line 19999\na | unfinished\n"));
}

TEST_F(SupervisorTest, LetsBeWhatHasDoneItsWork) {
    Supervisor& running = supervise(member("a", "echo done", true), member("b", "exec sleep 1000"));
    until_said("a | done\n");
    while (!running.last_status("a")) running.turn(std::nullopt);
    EXPECT_EQ(running.last_status("a"), ExitStatus::exited(0));
    EXPECT_EQ(running.last_status("b"), std::nullopt);
    EXPECT_EQ(stop(), "a | done\nb | killed by signal 15 (Terminated)\n");
}

TEST_F(SupervisorTest, TellsOfEveryEndAndKnowsTheProcessThatRuns) {
    Supervisor& running = supervise(member("a", "echo alive; exec sleep 1000"));
    std::string told;
    running.on_end(
        [&](std::string_view name, const std::string& text) { told = std::string(name) + ": " + text; });
    EXPECT_EQ(running.pid("a"), std::nullopt);
    until_said("a | alive\n");
    const std::optional<pid_t> first = running.pid("a");
    ASSERT_TRUE(running.signal("a", SIGKILL));
    until_said("starting again in 100 ms\na | alive\n");
    EXPECT_EQ(told, "a: killed by signal 9 (Killed); starting again in 100 ms");
    ASSERT_TRUE(running.pid("a"));
    EXPECT_NE(running.pid("a"), first);
}

TEST_F(SupervisorTest, EndsTheFleetWhereNoRestartWouldHelp) {
    Supervisor& running =
        supervise(member("a", "echo the port is taken; exit 78"), member("b", "exec sleep 1000"));
    while (!running.stop_wanted()) running.turn(std::nullopt);
    EXPECT_TRUE(running.person_needed());
    EXPECT_THAT(
        stop(),
        HasSubstr("a | the port is taken\na | exited with status 78; starting it again would not help"));
}

TEST_F(SupervisorTest, StopsInTheReverseOrderAndEachBeforeTheNext) {
    const std::string script = "sleep 1000 & trap 'kill $!; echo ends; exit 0' TERM; echo ready; wait";
    supervise(member("a", script), member("b", script), member("c", script));
    until_said("a | ready\n");
    until_said("b | ready\n");
    until_said("c | ready\n");
    EXPECT_THAT(stop(), testing::EndsWith("c | ends\nb | ends\na | ends\n"));
}

TEST_F(SupervisorTest, StopsOnASignal) {
    Supervisor& running = supervise(member("a", "exec sleep 1000"));
    EXPECT_FALSE(running.stop_wanted());
    ::kill(::getpid(), SIGINT);
    while (!running.stop_wanted()) running.turn(std::nullopt);
    EXPECT_EQ(running.stop_signal(), SIGINT);
    ::kill(::getpid(), SIGTERM);  // a second one is harmless
    running.stop();
    EXPECT_EQ(running.stop_signal(), SIGINT);
    EXPECT_FALSE(running.person_needed());
}

TEST_F(SupervisorTest, StopsAlthoughNobodyReads) {
    supervise(member("a", "trap 'stop=1' TERM; while [ -z \"$stop\" ]; do echo; done; echo last words"));
    while (!output.full()) supervisor->turn(std::nullopt);
    supervisor->stop();
    EXPECT_EQ(supervisor->last_status("a"), ExitStatus::exited(0));
}

TEST_F(SupervisorTest, ReturnsForADescriptorThatIsWatched) {
    const Pipe other = contrail::servers::make_pipe();
    Supervisor& running = supervise();
    ASSERT_EQ(::write(other.write_end.get(), "+", 1), 1);
    const int watched = other.read_end.get();
    running.turn(std::nullopt, {&watched, 1});
}

TEST(RestartPause, DoublesForAProgramThatDiesAtOnceUpToFiveSeconds) {
    RestartPause pause;
    std::vector<int> pauses;
    for (int death = 0; death < 8; ++death) pauses.push_back(static_cast<int>(pause.after(20ms).count()));
    EXPECT_THAT(pauses, testing::ElementsAre(100, 200, 400, 800, 1'600, 3'200, 5'000, 5'000));
}

TEST(RestartPause, BeginsAnewForAProgramThatRanLongerThanItWasKeptWaiting) {
    RestartPause pause;
    EXPECT_EQ(pause.after(20ms), 100ms);
    EXPECT_EQ(pause.after(100ms), 200ms);
    EXPECT_EQ(pause.after(201ms), 100ms);
    EXPECT_EQ(pause.after(150ms), 100ms);
}

}  // namespace
}  // namespace rocket_rides
