#pragma once

#include "cli/program.hpp"

namespace rocket_rides {

/// Adds `up`, which runs the whole example at once.
void add_up_command(contrail::cli::Program& program);

}  // namespace rocket_rides
