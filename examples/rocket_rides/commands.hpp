#pragma once

#include "cli/program.hpp"

namespace rocket_rides {

/// Adds the commands of the example: api, streamer, consumer, warehouse, verify, reconcile, migrate.
void add_commands(contrail::cli::Program& program);

}  // namespace rocket_rides
