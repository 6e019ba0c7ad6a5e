#pragma once

#include "contrail/program.hpp"

/// The commands of Rocket Rides. Each is the main function of a process; the Procfile starts them.
namespace rocket_rides {

void add_api_command(contrail::Program& program);
void add_streamer_command(contrail::Program& program);
void add_consumer_command(contrail::Program& program);
void add_warehouse_command(contrail::Program& program);
void add_simulator_command(contrail::Program& program);
void add_reconcile_command(contrail::Program& program);
void add_verify_command(contrail::Program& program);
void add_migrate_command(contrail::Program& program);

/// Makes Contrail's tables in the database, and Rocket Rides' own. Safe to call again. Throws
/// contrail::Error.
void migrate(const contrail::Settings& settings);

}  // namespace rocket_rides
