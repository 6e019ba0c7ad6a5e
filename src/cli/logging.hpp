#pragma once

#include <string>

namespace contrail::cli {

/// Sends spdlog's lines to stderr: one line an event, with time and level; colours only on a terminal,
/// and never with NO_COLOR. `level` is one of trace, debug, info, warning, error, off.
void set_up_logging(const std::string& level);

}  // namespace contrail::cli
