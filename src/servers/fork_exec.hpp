#pragma once

#include <sys/types.h>

#include "servers/command.hpp"

namespace contrail::servers {

/// Forks a child that becomes the program of `command`. Returns once the program runs, or throws Error. Safe
/// in a process with several threads.
pid_t fork_exec(const Command& command);

}  // namespace contrail::servers
