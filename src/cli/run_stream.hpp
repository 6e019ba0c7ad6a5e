#pragma once

#include <stop_token>

#include "cli/stream_admin.hpp"
#include "contrail/run.hpp"

namespace contrail::cli {

/// Runs a Streamer, and Retention beside it on a thread of its own, until `stop` is requested. Tells the program's log,
/// `admin`, the status beside the log, and `on_event` (which may be empty). Throws what Streamer::run() throws, and
/// Error (Retry::never) at a URL that is not understood.
void run_stream(const Settings& settings, LogWriter& log, const StreamerProgramOptions& options,
                StreamAdmin& admin, const std::stop_token& stop, const OnStreamerEvent& on_event = {});

}  // namespace contrail::cli
