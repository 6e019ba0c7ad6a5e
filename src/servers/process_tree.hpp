#pragma once

#include <sys/types.h>

namespace contrail::servers {

/// Kills `parent`, a child of this process, and all its children, by SIGKILL: as a power cut would, none
/// of them sees another die first. Does not wait for their end. Throws Error if /proc cannot be read.
void kill_with_children(pid_t parent);

/// Sends `parent` and all its children a signal, the parent first. Throws Error if /proc cannot be read.
void signal_with_children(pid_t parent, int number);

}  // namespace contrail::servers
