#pragma once

#include <sys/types.h>

#include "servers/descriptors.hpp"

namespace contrail::servers {

/// Kills a process group with SIGKILL when this process dies, even by SIGKILL itself. A small process of its own waits
/// for that: the death signal of a parent reaches only its child, and nothing that the child has started.
///
/// Threads  Not thread-safe.
class GroupGuard {
public:
    /// `group`: the process group of a child. Throws Error.
    explicit GroupGuard(pid_t group);
    GroupGuard(const GroupGuard&) = delete;
    GroupGuard& operator=(const GroupGuard&) = delete;
    /// Ends the guard, and nothing else. Must come before the wait for the child, which frees the group's number.
    ~GroupGuard();

private:
    Pipe life_ = make_pipe();  ///< The guard has the other end. It reads the end of this process.
    pid_t pid_ = -1;
};

}  // namespace contrail::servers
