#pragma once

#include <CLI/CLI.hpp>

#include "contrail/program.hpp"

namespace contrail::cli {

/// Adds the commands `help` and `completion` to `app`, which is the parser of `program`, unless it has commands of
/// these names.
void add_help_commands(Program& program, const CLI::App& app);

}  // namespace contrail::cli
