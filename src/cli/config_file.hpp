#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace contrail::cli {

/// What a configuration file holds under a header `[command.NAME]`.
struct ConfigSection {
    const CLI::App* command;
    std::string name;
    std::vector<CLI::ConfigItem> values{};
};

/// Makes the values in a TOML file the defaults of `app`'s options, and of its subcommands' options where
/// they stand under a `[subcommand]` header. Call before parsing: flags and the environment then win.
///
/// Returns, in the file's order, the sections of the commands in `sectioned`; no other command may have any.
///
/// CLI11 can read such a file by itself, but would let it win over the environment.
/// Throws CLI::Error at an unreadable file, at a key that is no option, and at two sections of one name.
std::vector<ConfigSection> read_config_file(CLI::App& app, const std::string& file,
                                            const std::vector<const CLI::App*>& sectioned = {});

/// Gives `flags` the section's values. Throws CLI::Error at a value that its option refuses, and at a key that is no
/// option. `file` holds the section.
void apply(const ConfigSection& section, CLI::App& flags, const std::string& file);

/// The file that `--config FILE` or `--config=FILE` names in `argv`, else CONTRAIL_CONFIG, else nothing.
std::string find_config_file(int argc, const char* const* argv);

}  // namespace contrail::cli
