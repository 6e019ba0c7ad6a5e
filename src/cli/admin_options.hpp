#pragma once

#include <CLI/CLI.hpp>

#include "contrail/admin.hpp"

namespace contrail::cli {

/// Declares, as flags of `command`, where a program tells its metrics and health; parsing writes them into
/// `options`, which must live until then.
void add_admin_options(CLI::App& command, AdminOptions& options);

/// Writes to the program's log where it tells them: nothing if it does not, or if whoever handed it the
/// socket knows.
void log_admin_address(const AdminOptions& options, std::optional<std::uint16_t> port);

}  // namespace contrail::cli
