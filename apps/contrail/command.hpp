#pragma once

#include "cli/program.hpp"

/// The subcommands of `contrail`, one file each. Every function declares its command and its flags.
namespace contrail::app {

using cli::Program;

void add_adopt_command(Program& program);
void add_archive_command(Program& program);
void add_consume_command(Program& program);
void add_consumer_command(Program& program);
void add_dashboard_command(Program& program);
void add_dead_letters_command(Program& program);
void add_doctor_command(Program& program);
void add_init_command(Program& program);
void add_migrate_command(Program& program);
void add_mirror_command(Program& program);
void add_rebuild_command(Program& program);
void add_reconcile_command(Program& program);
void add_status_command(Program& program);
void add_stream_command(Program& program);
void add_tail_command(Program& program);
void add_trim_command(Program& program);

}  // namespace contrail::app
