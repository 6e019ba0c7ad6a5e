#pragma once

#include <CLI/CLI.hpp>

#include "contrail/settings.hpp"

namespace contrail::cli {

/// Declares the flags that fill Settings: --database-url, --log-url and others. Parsing writes into `settings`, which
/// must live until then.
void add_server_options(CLI::App& command, Settings& settings);

/// The same for a section of the configuration file, with database-url-file and log-url-file: the files that hold the
/// URLs. Giving one throws Error (Retry::never) if it cannot be read.
void add_section_server_options(CLI::App& section, Settings& settings);

}  // namespace contrail::cli
