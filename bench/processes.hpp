#pragma once

#include <sys/types.h>

namespace contrail::bench {

/// The most memory that a process ever had resident, in MiB. Throws Error if it is gone.
double peak_resident_mib(pid_t process);

/// Time that the processors have spent so far on a process and its children, those included that have ended.
/// In seconds; to a hundredth, as the kernel counts. Throws Error if it is gone.
double processor_seconds(pid_t process);

/// The same for the calling thread alone, to a microsecond.
double thread_processor_seconds();

}  // namespace contrail::bench
