#pragma once

#include <string>

#include "cli/command_help.hpp"

namespace contrail::cli {

/// A script for bash that completes the commands, flags and values of `program`. Does not need bash-completion.
std::string bash_completion(const CommandHelp& program);

/// The same as a function for zsh's completion system.
std::string zsh_completion(const CommandHelp& program);

}  // namespace contrail::cli
