#pragma once

namespace contrail::cli {

/// True if standard output is a terminal.
bool on_terminal();

/// True if it may be given colours too: NO_COLOR is not set (https://no-color.org).
bool on_coloured_terminal();

}  // namespace contrail::cli
