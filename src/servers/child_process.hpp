#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>

#include "servers/command.hpp"
#include "servers/descriptors.hpp"
#include "servers/exit_status.hpp"

namespace contrail::servers {

/// A running child process. It has a process group of its own: Ctrl-C at the
/// terminal then reaches only the parent, which ends its children in its own order.
///
/// Lifetime  The child gets `parent_death_signal` when the *thread* that started it ends, alone or with its
///           process. So start children on a thread that outlives them, such as main's. A moved-from object
///           may only be destroyed or assigned to.
/// Threads   Not thread-safe; different objects are independent. This process must not ignore SIGCHLD.
class ChildProcess {
public:
    /// Returns once the program runs. Throws Error (Retry::never) if it cannot start.
    explicit ChildProcess(const Command& command);
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&& other) noexcept;
    /// Ends the process, with end().
    ~ChildProcess();

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }

    /// For poll(): readable once the process has ended. Valid as long as this object.
    [[nodiscard]] int exit_descriptor() const noexcept { return exit_descriptor_.get(); }

    /// Sends a signal; does nothing if the process has ended.
    void signal(int number) noexcept;

    /// The same to its process group: to it, and to all that it started and that did not leave the group.
    void signal_group(int number) noexcept;

    /// True once it has ended, or if it ends within `patience`. Unlike wait(), it keeps the process's number and
    /// group, so that signal_group() still reaches what the process has left behind.
    [[nodiscard]] bool has_ended(std::chrono::milliseconds patience = {}) const;

    /// Waits for the end of the process. Later calls return the same status.
    ExitStatus wait();

    /// Waits at most `patience`; 0 does not wait. Nothing if the process still runs then.
    std::optional<ExitStatus> wait_for(std::chrono::milliseconds patience);

    /// Ends the process: SIGTERM, and SIGKILL if it still runs after `patience`.
    ExitStatus end(std::chrono::milliseconds patience = std::chrono::seconds(5));

    /// Ends its process group: SIGTERM, and SIGKILL to what is left of it once the process has ended, or after
    /// `patience`. Keeps the number of the group until wait().
    void end_group(std::chrono::milliseconds patience);

private:
    pid_t pid_ = -1;
    FileDescriptor exit_descriptor_;
    std::optional<ExitStatus> status_;
};

/// Runs a program to its end.
ExitStatus run(const Command& command);

}  // namespace contrail::servers
