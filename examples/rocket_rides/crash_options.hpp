#pragma once

#include <CLI/CLI.hpp>

#include "crashing_checkpoints.hpp"

namespace rocket_rides {

/// Declares the flags by which a consumer is made to crash on purpose.
void add_crash_options(CLI::App& command, CrashOptions& options);

}  // namespace rocket_rides
