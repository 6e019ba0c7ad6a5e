#pragma once

#include <sys/types.h>

namespace contrail::bench {

/// The highest resident memory of a process so far, in MiB. Throws Error if the process is gone.
double peak_resident_mib(pid_t process);

/// Processor time of a process and its children so far, including children that have ended. In seconds, to a
/// hundredth, as the kernel counts. Throws Error if the process is gone.
double processor_seconds(pid_t process);

/// Processor time of the calling thread, to a microsecond.
double thread_processor_seconds();

}  // namespace contrail::bench
