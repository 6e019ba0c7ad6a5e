#include "demo/supervisor/supervisor.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "servers/descriptors.hpp"

namespace demo {
namespace {

using namespace std::chrono_literals;
using contrail::servers::ExitStatus;
using contrail::servers::Pipe;
using testing::HasSubstr;

SupervisedProgram program(const std::string& name, const std::string& script, bool runs_once = false) {
    contrail::servers::Command command;
    command.arguments = {"sh", "-c", script};
    return {{.name = name, .command = command, .runs_once = runs_once}, Label(name, 1, 0, false)};
}

/// A supervisor of shell scripts, and all output so far.
class SupervisorTest : public testing::Test {
protected:
    template <class... Programs>
    Supervisor& supervise(Programs... each) {
        std::vector<SupervisedProgram> programs;
        (programs.push_back(std::move(each)), ...);
        return supervisor.emplace(std::move(programs), output, signals);
    }

    /// Runs the supervisor until the output contains `text`.
    void until_output(const std::string& text) {
        while (said.find(text) == std::string::npos) {
            supervisor->run_once(std::nullopt);
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
    contrail::servers::LineSource printed{std::move(pipe.read_end)};
    Output output{pipe.write_end.get()};
    StopSignals signals;
    std::string said;
    std::optional<Supervisor> supervisor;
};

TEST_F(SupervisorTest, PassesLinesOn) {
    supervise(program("a", "echo good; echo bad >&2; exec sleep 1000"));
    until_output("a | good\na | bad\n");
}

TEST_F(SupervisorTest, RestartsAProgramThatDies) {
    supervise(program("a", "echo alive; kill -9 $$"));
    until_output("a | alive\na | killed by signal 9 (Killed); restarting in 100 ms\na | alive\n");
}

TEST_F(SupervisorTest, RestartsAProgramThatExits) {
    supervise(program("a", "exit 0"), program("b", "exit 1"));
    until_output("a | exited with status 0; restarting in 100 ms");
    until_output("b | exited with status 1; restarting in 100 ms");
}

TEST_F(SupervisorTest, LosesNoLineOfAProgramThatDies) {
    supervise(program(
        "a", "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done; printf unfinished", true));
    while (!supervisor->last_status("a")) {
        supervisor->run_once(std::nullopt);
        gather();
    }
    gather();
    EXPECT_EQ(std::ranges::count(said, '\n'), 20'001);
    EXPECT_THAT(said, testing::EndsWith("a | line 19999\na | unfinished\n"));
}

TEST_F(SupervisorTest, LeavesAProgramThatHasDoneItsWork) {
    Supervisor& running = supervise(program("a", "echo done", true), program("b", "exec sleep 1000"));
    until_output("a | done\n");
    while (!running.last_status("a")) running.run_once(std::nullopt);
    EXPECT_EQ(running.last_status("a"), ExitStatus::exited(0));
    EXPECT_EQ(running.last_status("b"), std::nullopt);
    EXPECT_EQ(stop(), "a | done\nb | killed by signal 15 (Terminated)\n");
}

TEST_F(SupervisorTest, ReportsEachEndAndKnowsTheRunningProcess) {
    Supervisor& running = supervise(program("a", "echo alive; exec sleep 1000"));
    std::string line;
    running.on_end(
        [&](std::string_view name, const std::string& text) { line = std::string(name) + ": " + text; });
    EXPECT_EQ(running.pid("a"), std::nullopt);
    until_output("a | alive\n");
    const std::optional<pid_t> first = running.pid("a");
    ASSERT_TRUE(running.signal("a", SIGKILL));
    until_output("restarting in 100 ms\na | alive\n");
    EXPECT_EQ(line, "a: killed by signal 9 (Killed); restarting in 100 ms");
    ASSERT_TRUE(running.pid("a"));
    EXPECT_NE(running.pid("a"), first);
}

TEST_F(SupervisorTest, AsksForTheEndIfAProgramNeedsAnOperator) {
    Supervisor& running =
        supervise(program("a", "echo the port is taken; exit 78"), program("b", "exec sleep 1000"));
    while (!running.stop_wanted()) running.run_once(std::nullopt);
    EXPECT_TRUE(running.operator_needed());
    EXPECT_THAT(stop(),
                HasSubstr("a | the port is taken\na | exited with status 78; a restart would not help"));
}

TEST_F(SupervisorTest, StopsProgramsOneByOneInReverseOrder) {
    const std::string script = "sleep 1000 & trap 'kill $!; echo ends; exit 0' TERM; echo ready; wait";
    supervise(program("a", script), program("b", script), program("c", script));
    until_output("a | ready\n");
    until_output("b | ready\n");
    until_output("c | ready\n");
    EXPECT_THAT(stop(), testing::EndsWith("c | ends\nb | ends\na | ends\n"));
}

TEST_F(SupervisorTest, StopsOnASignal) {
    Supervisor& running = supervise(program("a", "exec sleep 1000"));
    EXPECT_FALSE(running.stop_wanted());
    ::kill(::getpid(), SIGINT);
    while (!running.stop_wanted()) running.run_once(std::nullopt);
    EXPECT_EQ(running.stop_signal(), SIGINT);
    ::kill(::getpid(), SIGTERM);  // a second one is harmless
    running.stop();
    EXPECT_EQ(running.stop_signal(), SIGINT);
    EXPECT_FALSE(running.operator_needed());
}

TEST_F(SupervisorTest, StopsAlthoughTheReaderStalls) {
    supervise(program("a", "trap 'stop=1' TERM; while [ -z \"$stop\" ]; do echo; done; echo last words"));
    while (!output.full()) supervisor->run_once(std::nullopt);
    supervisor->stop();
    EXPECT_EQ(supervisor->last_status("a"), ExitStatus::exited(0));
}

TEST_F(SupervisorTest, ReturnsWhenAWatchedDescriptorIsReadable) {
    const Pipe other = contrail::servers::make_pipe();
    Supervisor& running = supervise();
    ASSERT_EQ(::write(other.write_end.get(), "+", 1), 1);
    const int watched = other.read_end.get();
    running.run_once(std::nullopt, {&watched, 1});
}

}  // namespace
}  // namespace demo
