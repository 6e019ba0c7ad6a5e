#pragma once

#include "contrail/names.hpp"

namespace contrail::simulation {

class Process;

/// The service: transactions that stage records, overlap, stay open, roll back. Ends when all is staged.
void run_writer(Process& process);

/// `contrail stream`.
void run_streamer(Process& process);

/// `contrail stream`, the part that drops what nobody needs.
void run_retention(Process& process);

/// A consumer that keeps a Total.
void run_consumer(Process& process, const ConsumerName& name);

}  // namespace contrail::simulation
