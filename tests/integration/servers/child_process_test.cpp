#include "servers/child_process.hpp"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "contrail/error.hpp"
#include "servers/temporary_directory.hpp"
#include "servers/unprivileged_user.hpp"

namespace contrail::servers {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Command shell(const std::string& script) {
    Command command;
    command.arguments = {"sh", "-c", script};
    return command;
}

/// Reads to the end, which comes when no process has the other end open.
std::string read_all(Pipe pipe) {
    pipe.write_end.close();
    std::string text;
    std::array<char, 256> buffer{};
    for (ssize_t length; (length = ::read(pipe.read_end.get(), buffer.data(), buffer.size())) > 0;)
        text.append(buffer.data(), static_cast<std::size_t>(length));
    return text;
}

std::string output_of(Command command) {
    Pipe pipe = make_pipe();
    command.standard_output = command.standard_error = pipe.write_end.get();
    ChildProcess process(command);
    return read_all(std::move(pipe));
}

std::string message_of_starting(const Command& command) {
    try {
        ChildProcess process(command);
    } catch (const Error& error) {
        return error.what();
    }
    return "it started";
}

TEST(ChildProcess, SaysHowItEnded) {
    EXPECT_TRUE(run(shell("exit 0")).success());
    EXPECT_EQ(run(shell("exit 3")).to_string(), "exited with status 3");
    EXPECT_EQ(run(shell("kill -9 $$")).to_string(), "killed by signal 9 (Killed)");
}

TEST(ChildProcess, ThatCannotBeStartedIsAnErrorHere) {
    Command missing;
    missing.arguments = {"no-such-program"};
    missing.if_not_found = "apt-get install it.";
    EXPECT_THAT(message_of_starting(missing), AllOf(HasSubstr("no-such-program"), HasSubstr("No such file"),
                                                    HasSubstr("apt-get install it.")));

    Command closed;
    closed.arguments = {"/etc/passwd"};
    closed.if_not_found = "apt-get install it.";
    EXPECT_THAT(message_of_starting(closed),
                AllOf(HasSubstr("Permission denied"), testing::Not(HasSubstr("apt-get"))));

    Command nowhere = shell("true");
    nowhere.directory = "/no/such/folder";
    EXPECT_THAT(message_of_starting(nowhere), HasSubstr("entering its folder"));
}

TEST(ChildProcess, GetsItsEnvironmentAndFolder) {
    Command command = shell("echo $ADDED $HOME $(pwd)");
    command.environment = {{"ADDED", "one"}, {"HOME", "two"}};
    command.directory = "/usr";
    EXPECT_EQ(output_of(command), "one two /usr\n");
}

TEST(ChildProcess, SeparatesOutputFromErrors) {
    Pipe output = make_pipe();
    Pipe errors = make_pipe();
    Command command = shell("echo good; echo bad >&2");
    command.standard_output = output.write_end.get();
    command.standard_error = errors.write_end.get();
    ChildProcess process(command);
    EXPECT_EQ(read_all(std::move(output)), "good\n");
    EXPECT_EQ(read_all(std::move(errors)), "bad\n");
}

TEST(ChildProcess, KeepsNoDescriptorButTheOneGiven) {
    const Pipe leaked = make_pipe();
    const Pipe given = make_pipe();
    const int careless = ::dup(leaked.write_end.get());  // without close-on-exec
    Command command = shell("ls /proc/self/fd | wc -l");
    const std::string without = output_of(command);
    command.inherited = given.write_end.get();
    const std::string with = output_of(command);
    ::close(careless);
    EXPECT_EQ(std::stoi(with), std::stoi(without) + 1);
    EXPECT_EQ(std::stoi(without), 4);  // the standard three, and the one on /proc/self/fd
}

TEST(ChildProcess, FindsTheDescriptorThatItInheritsUnderItsNumber) {
    Pipe given = make_pipe();
    Command command = shell("echo hello >&" + std::to_string(inherited_descriptor));
    command.inherited = given.write_end.get();
    ChildProcess process(command);
    EXPECT_EQ(read_all(std::move(given)), "hello\n");
}

/// A set of signals in a child's /proc/self/status. Without 32 and 33: they belong to the C library, whose
/// functions leave them as the test program itself has inherited them.
static std::uint64_t signals_of_a_child(const std::string& set) {
    const std::string hexadecimal = output_of(shell("sed -n 's/^" + set + ":\\t//p' /proc/self/status"));
    return std::stoull(hexadecimal, nullptr, 16) & ~std::uint64_t{0x180000000};
}

TEST(ChildProcess, StartsWithUsualSignalsWhateverItsParentDoes) {
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &blocked, &before);
    const auto handler_before = ::signal(SIGPIPE, SIG_IGN);
    const std::uint64_t child_blocks = signals_of_a_child("SigBlk");
    const std::uint64_t child_ignores = signals_of_a_child("SigIgn");
    ::signal(SIGPIPE, handler_before);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    EXPECT_EQ(child_blocks, 0U);
    EXPECT_EQ(child_ignores, 0U);
}

TEST(ChildProcess, WaitsNoLongerThanAsked) {
    ChildProcess process(shell("exec sleep 1000"));
    EXPECT_EQ(process.wait_for(0ms), std::nullopt);
    EXPECT_EQ(process.wait_for(20ms), std::nullopt);
    process.signal(SIGKILL);
    EXPECT_EQ(process.wait_for(5min), ExitStatus::killed(SIGKILL));
    EXPECT_EQ(process.wait(), ExitStatus::killed(SIGKILL));  // again, the same
    process.signal(SIGTERM);                                 // does nothing
}

TEST(ChildProcess, ThatRefusesToEndIsKilled) {
    Pipe ready = make_pipe();
    Command command = shell("trap '' TERM; echo ready; exec sleep 1000");
    command.standard_output = ready.write_end.get();
    ChildProcess process(command);
    char first = 0;
    ASSERT_EQ(::read(ready.read_end.get(), &first, 1), 1);
    EXPECT_EQ(process.end(20ms), ExitStatus::killed(SIGKILL));
}

TEST(ChildProcess, LeavesNoProcessAndNoZombieBehind) {
    pid_t pid = 0;
    {
        const ChildProcess process(shell("exec sleep 1000"));
        pid = process.pid();
    }
    EXPECT_EQ(::kill(pid, 0), -1);
    EXPECT_EQ(errno, ESRCH);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
}

TEST(ChildProcess, DiesWithItsParent) {
    // A parent that has started a child, says so and waits to be killed. The pipe ends when both are dead.
    Pipe pipe = make_pipe();
    const pid_t parent = ::fork();
    if (parent == 0) {
        Command command = shell("exec sleep 1000");
        command.standard_output = pipe.write_end.get();
        const ChildProcess child(command);
        if (::write(pipe.write_end.get(), "+", 1) == 1) ::pause();
        ::_exit(1);
    }
    char first = 0;
    ASSERT_EQ(::read(pipe.read_end.get(), &first, 1), 1);
    ::kill(parent, SIGKILL);
    ASSERT_EQ(::waitpid(parent, nullptr, 0), parent);
    EXPECT_EQ(read_all(std::move(pipe)), "");
}

TEST(ChildProcess, DiesWithTheThreadThatStartedIt) {
    std::optional<ChildProcess> process;
    std::thread([&] { process.emplace(shell("exec sleep 1000")); }).join();
    EXPECT_EQ(process->wait_for(5min), ExitStatus::killed(SIGKILL));
}

TEST(ChildProcess, OfRootRunsAsAnotherUserWithoutAnyCapability) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    const TemporaryDirectory closed;
    std::filesystem::permissions(closed.path(), std::filesystem::perms::owner_all);
    Command command = shell("ls " + closed.path().string() +
                            " || id -un; grep -E 'CapEff|CapAmb|NoNewPrivs' /proc/self/status");
    command.directory = "/";
    command.user = unprivileged_user();
    EXPECT_THAT(output_of(command),
                AllOf(HasSubstr("Permission denied"), HasSubstr(command.user->name + "\n"),
                      HasSubstr("CapEff:\t0000000000000000\n"), HasSubstr("CapAmb:\t0000000000000000\n"),
                      HasSubstr("NoNewPrivs:\t1\n")));
}

TEST(ChildProcess, OfRootKeepsTheSecretsOfItsEnvironmentFromAnotherUser) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    ::setenv("CONTRAIL_TEST_SECRET", "known to root", 1);
    Command command = shell("echo $PATH; env");
    command.directory = "/";
    EXPECT_THAT(output_of(command), HasSubstr("known to root"));
    command.user = unprivileged_user();
    EXPECT_THAT(output_of(command), AllOf(HasSubstr(std::getenv("PATH")), Not(HasSubstr("known to root"))));
    ::unsetenv("CONTRAIL_TEST_SECRET");
}

TEST(ChildProcess, OfRootDiesWithItsParentAsAnotherUserToo) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    Command command = shell("exec sleep 1000");
    command.directory = "/";
    command.user = unprivileged_user();
    std::optional<ChildProcess> process;
    std::thread([&] { process.emplace(command); }).join();
    EXPECT_EQ(process->wait_for(5min), ExitStatus::killed(SIGKILL));
}

TEST(ChildProcess, ReadsTheStandardInputThatItIsGiven) {
    Pipe input = make_pipe();
    Command command = shell("read line; echo \"it read $line\"");
    command.standard_input = input.read_end.get();
    ASSERT_EQ(::write(input.write_end.get(), "this\n", 5), 5);
    EXPECT_EQ(output_of(command), "it read this\n");
}

// The pipe that they share ends when the last of them has gone.
TEST(ChildProcess, EndsWithItsGroupEvenIfItHasEndedItself) {
    Pipe pipe = make_pipe();
    Command command = shell("(trap '' TERM; sleep 1000) & exit 3");
    command.standard_output = pipe.write_end.get();
    ChildProcess process(command);
    EXPECT_TRUE(process.has_ended(60s));
    process.end_group(60s);
    EXPECT_EQ(process.wait(), ExitStatus::exited(3));
    EXPECT_EQ(read_all(std::move(pipe)), "");
}

}  // namespace
}  // namespace contrail::servers
