#pragma once

#include <sys/types.h>

namespace contrail::servers {

/// Kills `parent`, a child of this process, and all its children (SIGKILL), as in a power cut: none of them
/// sees another die first. Does not wait for their end. Throws Error if it cannot read /proc.
void kill_with_children(pid_t parent);

/// Sends `parent` and all its children a signal, the parent first. Throws Error if it cannot read /proc.
void signal_with_children(pid_t parent, int number);

}  // namespace contrail::servers
