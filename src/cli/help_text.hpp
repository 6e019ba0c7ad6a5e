#pragma once

#include <cstddef>
#include <string>

#include "cli/command_help.hpp"

namespace contrail::cli {

/// What `--help` prints, in lines of at most `columns_max`.
std::string help_text(const CommandHelp& command, std::size_t columns_max);

/// How wide it may be: the terminal, but no wider than reads well.
std::size_t help_columns();

}  // namespace contrail::cli
