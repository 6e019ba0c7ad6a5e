#pragma once

#include "contrail/names.hpp"

namespace contrail::simulation {

class Process;
struct World;

// Each is what a process runs; false: it is not to be started again.

/// The service: transactions that stage records, overlap, stay open, roll back. Ends when all is staged.
bool run_writer(Process& process);

/// `contrail stream`.
bool run_streamer(Process& process);

/// The part of `contrail stream` that drops records which no consumer needs.
bool run_retention(Process& process);

/// A consumer that keeps a Total.
bool run_consumer(Process& process, const ConsumerName& name);

/// An instance of a consumer that keeps a Total for each thing, and works on one of its segments after the other.
bool run_partitioned_consumer(Process& process, const ConsumerName& name);

/// A consumer that starts in the middle, with what comes next, and does nothing with it.
bool run_late_consumer(Process& process);

/// `contrail archive`. The folder is World::archive.
bool run_archive(Process& process);
inline ConsumerName archive_name() {
    return ConsumerName("archive");
}
/// Every record of the archive is the log's, once and in order.
void judge_archive(World& world);

// The programs of a copied database.
bool run_copied_streamer(Process& process);
bool run_copied_consumer(Process& process, const ConsumerName& name);

}  // namespace contrail::simulation
