#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace contrail::cli {

/// Makes the values in a TOML file the defaults of `app`'s options, and of its subcommands' options where
/// they stand under a `[subcommand]` header. Call before parsing: flags and the environment then win.
///
/// CLI11 can read such a file by itself, but would let it win over the environment.
/// Throws CLI::Error at an unreadable file, and at a key that is no option.
void read_config_file(CLI::App& app, const std::string& file);

/// The file that `--config FILE` or `--config=FILE` names in `argv`, else CONTRAIL_CONFIG, else nothing.
std::string find_config_file(int argc, const char* const* argv);

}  // namespace contrail::cli
