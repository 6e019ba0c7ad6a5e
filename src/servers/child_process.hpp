#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>

#include "servers/command.hpp"
#include "servers/descriptors.hpp"
#include "servers/exit_status.hpp"

namespace contrail::servers {

/// A running child process. It reads nothing (its standard input is /dev/null) and has a process group of
/// its own, so that Ctrl-C at the terminal reaches the parent only, which ends its children in its order.
///
/// Lifetime  The child gets `parent_death_signal` when the *thread* that started it ends, be it with the
///           process or before it: start children on a thread that outlives them, as main's does.
///           An object that was moved from may only be destroyed or assigned to.
/// Threads   Not thread-safe; different objects are independent. This process must not ignore SIGCHLD.
class ChildProcess {
public:
    /// Returns when the program runs. Throws Error (Retry::never) if it does not: not found, not allowed.
    explicit ChildProcess(const Command& command);
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&& other) noexcept;
    /// Ends the process, with end().
    ~ChildProcess();

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }

    /// Becomes readable when the process has ended, for poll(). Valid as long as this object.
    [[nodiscard]] int exit_descriptor() const noexcept { return exit_descriptor_.get(); }

    /// Sends a signal; does nothing if the process has ended.
    void signal(int number) noexcept;

    /// Waits for the end of the process. May be called again afterwards.
    ExitStatus wait();

    /// The same, for `patience` at the most; nothing if it still runs then. 0 asks without waiting.
    std::optional<ExitStatus> wait_for(std::chrono::milliseconds patience);

    /// Ends the process: SIGTERM, and SIGKILL if it still runs after `patience`.
    ExitStatus end(std::chrono::milliseconds patience = std::chrono::seconds(5));

private:
    pid_t pid_ = -1;
    FileDescriptor exit_descriptor_;
    std::optional<ExitStatus> status_;
};

/// Runs a program to its end.
ExitStatus run(const Command& command);

}  // namespace contrail::servers
