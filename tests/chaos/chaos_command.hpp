#pragma once

#include "cli/program.hpp"

namespace rocket_rides {

/// Adds `chaos`, which runs the whole example under load while faults strike it, and judges what is left.
void add_chaos_command(contrail::cli::Program& program);

}  // namespace rocket_rides
