#pragma once

#include "cli/program.hpp"

/// The subcommands of `rocket_rides`, one file each. Every function declares its command and its flags.
namespace rocket_rides {

using contrail::cli::Program;

void add_api_command(Program& program);
void add_consumer_command(Program& program);
void add_migrate_command(Program& program);
void add_reconcile_command(Program& program);
void add_streamer_command(Program& program);
void add_verify_command(Program& program);
void add_warehouse_command(Program& program);

}  // namespace rocket_rides
