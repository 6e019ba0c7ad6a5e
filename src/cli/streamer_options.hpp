#pragma once

#include <CLI/CLI.hpp>

#include "contrail/streamer.hpp"

namespace contrail::cli {

/// Declares a streamer's tunables as flags of `command`; parsing writes them into `options`, which must
/// live until then.
void add_streamer_options(CLI::App& command, Streamer::Options& options);

}  // namespace contrail::cli
