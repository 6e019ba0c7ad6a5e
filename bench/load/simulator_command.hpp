#pragma once

#include "cli/program.hpp"

namespace contrail::load {

/// Adds `simulator`: Rocket Rides' own, with rates, mixes, files of rides and metrics.
void add_simulator_command(cli::Program& program);

}  // namespace contrail::load
