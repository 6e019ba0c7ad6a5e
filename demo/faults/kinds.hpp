#pragma once

#include <vector>

#include "demo/faults/fault.hpp"

/// The kinds of fault, one function for each file of this folder.
namespace demo {

std::vector<Fault> program_faults();
std::vector<Fault> segment_faults();
std::vector<Fault> connection_faults();
std::vector<Fault> postgres_faults();
std::vector<Fault> redis_faults();
std::vector<Fault> log_faults();
std::vector<Fault> disk_faults();

/// Obstacles to faults of a server that is not private.
std::optional<std::string> needs_private_postgres(const System& system);
std::optional<std::string> needs_private_redis(const System& system);

}  // namespace demo
