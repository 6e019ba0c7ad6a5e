#pragma once

#include "contrail/log.hpp"
#include "contrail/outbox.hpp"
#include "contrail/retention.hpp"
#include "contrail/streamer.hpp"

namespace contrail::cli {

/// The ports that one thread works with.
struct StreamerPorts {
    Outbox& outbox;
    Log& log;
};

/// Streams until a signal stops it, with retention beside it on a thread and on ports of its own, and writes
/// what happens to the program's log. Throws what Streamer::run() throws.
void stream(StreamerPorts streaming, const Streamer::Options& streamer, StreamerPorts retaining,
            const Retention::Options& retention);

}  // namespace contrail::cli
