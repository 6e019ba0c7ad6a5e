#pragma once

#include <CLI/CLI.hpp>

#include "contrail/postgres.hpp"
#include "contrail/retention.hpp"
#include "contrail/streamer.hpp"

namespace contrail::cli {

/// Declares a streamer's tunables as flags of `command`; parsing writes them into `options`, which must
/// live until then.
void add_streamer_options(CLI::App& command, Streamer::Options& options);

/// The same for when the outbox goes on with its next segment.
void add_segment_options(CLI::App& command, SegmentLimits& limits);

/// The same for what the log may hold. Sizes are bytes, or as in `512MB` and `1GiB`; ages are seconds, or
/// as in `90s`, `12h` and `7d`.
void add_retention_options(CLI::App& command, Retention::Options& options);

}  // namespace contrail::cli
