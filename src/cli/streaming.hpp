#pragma once

#include <CLI/CLI.hpp>

#include "contrail/admin.hpp"
#include "contrail/log.hpp"
#include "contrail/outbox.hpp"
#include "contrail/postgres.hpp"
#include "contrail/retention.hpp"
#include "contrail/settings.hpp"
#include "contrail/streamer.hpp"

namespace contrail::cli {

/// The ports that one thread works with.
struct StreamerPorts {
    Outbox& outbox;
    Log& log;
};

/// The tunables of stream().
struct StreamingOptions {
    Streamer::Options streamer;
    Retention::Options retention;
    SegmentLimits segments;  ///< For the outbox that retention works with.
    AdminOptions admin;
};

/// Declares them as flags of `command`; parsing writes them into `options`, which must live until then.
void add_streaming_options(CLI::App& command, StreamingOptions& options);

/// Streams until a signal stops it, with retention beside it on a thread and on ports of its own, writes what
/// happens to the program's log, reports beside the log how it fares, and serves metrics and health.
/// `settings` lead there. Throws what Streamer::run() throws.
void stream(const Settings& settings, StreamerPorts streaming, StreamerPorts retaining,
            const StreamingOptions& options);

}  // namespace contrail::cli
