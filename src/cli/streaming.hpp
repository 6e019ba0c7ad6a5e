#pragma once

#include <CLI/CLI.hpp>

#include "contrail/admin.hpp"
#include "contrail/log_keeper.hpp"
#include "contrail/log_writer.hpp"
#include "contrail/outbox.hpp"
#include "contrail/postgres.hpp"
#include "contrail/retention.hpp"
#include "contrail/settings.hpp"
#include "contrail/streamer.hpp"

namespace contrail::cli {

/// The ports of the thread that streams.
struct StreamerPorts {
    Outbox& outbox;
    LogWriter& log;
};

/// The ports of the thread that retains: its own, since a streamer's are busy.
struct RetentionPorts {
    Outbox& outbox;
    LogKeeper& log;
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
void stream(const Settings& settings, StreamerPorts streaming, RetentionPorts retaining,
            const StreamingOptions& options);

}  // namespace contrail::cli
