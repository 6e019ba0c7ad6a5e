#pragma once

#include <sys/types.h>

namespace contrail::servers {

/// Kills `parent`, a child of this process, and all its children, by SIGKILL: as a power cut would, none
/// of them sees another die first. Does not wait for their end. Throws Error if /proc cannot be read.
void kill_with_children(pid_t parent);

}  // namespace contrail::servers
