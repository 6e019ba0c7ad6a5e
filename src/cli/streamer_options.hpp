#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <functional>
#include <string>

#include "contrail/run.hpp"

namespace contrail::cli {

/// Declares a flag whose value is seconds, or as in `90s`, `12h` and `7d`; parsing calls `take`.
CLI::Option* add_duration(CLI::App& command, const std::string& flag,
                          const std::function<void(std::chrono::seconds)>& take, const std::string& help);

/// Declares a streamer's tunables as flags of `command`; parsing writes them into `options`, which must
/// live until then.
void add_streamer_options(CLI::App& command, Streamer::Options& options);

/// The same for when the outbox goes on with its next segment.
void add_segment_options(CLI::App& command, SegmentLimits& limits);

/// The same for what the log may hold. Sizes are bytes, or as in `512MB` and `1GiB`; ages are seconds, or
/// as in `90s`, `12h` and `7d`.
void add_retention_options(CLI::App& command, Retention::Options& options);

/// All of these.
void add_stream_options(CLI::App& command, StreamerProgramOptions& options);

}  // namespace contrail::cli
