#pragma once

#include <CLI/CLI.hpp>

#include "contrail/consumer_options.hpp"

namespace contrail::cli {

/// Declares a consumer's tunables as flags of `command`; parsing writes them into `options`, which must live
/// until then.
void add_consumer_options(CLI::App& command, ConsumerOptions& options);

}  // namespace contrail::cli
