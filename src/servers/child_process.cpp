#include "servers/child_process.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <utility>

#include "servers/fork_exec.hpp"
#include "servers/system_error.hpp"

namespace contrail::servers {
namespace {

/// A descriptor for a process; -1 if that fails. (C++ cannot link pidfd_open as glibc 2.36 declares it.)
FileDescriptor open_process(pid_t pid) {
    return FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

}  // namespace

ChildProcess::ChildProcess(const Command& command)
    : pid_(fork_exec(command)),
      exit_descriptor_(open_process(pid_)) {
    if (exit_descriptor_.get() >= 0) return;
    const Error error =
        system_error("Cannot watch " + command.arguments.front() + ", which needs Linux 5.3 or newer");
    signal(SIGKILL);
    wait();
    throw error;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      exit_descriptor_(std::move(other.exit_descriptor_)),
      status_(other.status_) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
    std::swap(pid_, other.pid_);
    std::swap(exit_descriptor_, other.exit_descriptor_);
    std::swap(status_, other.status_);
    return *this;
}

ChildProcess::~ChildProcess() {
    if (pid_ <= 0) return;
    try {
        end();
    } catch (const Error&) {
        // This process ignores SIGCHLD and so cannot wait for the child, which has its signal to end.
    }
}

void ChildProcess::signal(int number) noexcept {
    // Before wait() no other process can have its id. kill(-1) would reach every process.
    if (pid_ > 0 && !status_) ::kill(pid_, number);
}

void ChildProcess::signal_group(int number) noexcept {
    if (pid_ > 0 && !status_) ::kill(-pid_, number);
}

bool ChildProcess::has_ended(std::chrono::milliseconds patience) const {
    return status_ || exit_descriptor_.wait(POLLIN, std::chrono::steady_clock::now() + patience);
}

ExitStatus ChildProcess::wait() {
    while (!status_) {
        int status = 0;
        if (::waitpid(pid_, &status, 0) == pid_) {
            status_ = WIFSIGNALED(status) ? ExitStatus::killed(WTERMSIG(status))
                                          : ExitStatus::exited(WEXITSTATUS(status));
        } else if (errno != EINTR) {
            throw system_error("Cannot wait for process " + std::to_string(pid_));
        }
    }
    return *status_;
}

std::optional<ExitStatus> ChildProcess::wait_for(std::chrono::milliseconds patience) {
    if (!status_ && !exit_descriptor_.wait(POLLIN, std::chrono::steady_clock::now() + patience))
        return std::nullopt;
    return wait();
}

ExitStatus ChildProcess::end(std::chrono::milliseconds patience) {
    signal(SIGTERM);
    if (const std::optional<ExitStatus> status = wait_for(patience)) return *status;
    signal(SIGKILL);
    return wait();
}

void ChildProcess::end_group(std::chrono::milliseconds patience) {
    signal_group(SIGTERM);
    static_cast<void>(has_ended(patience));
    signal_group(SIGKILL);
}

ExitStatus run(const Command& command) {
    return ChildProcess(command).wait();
}

}  // namespace contrail::servers
