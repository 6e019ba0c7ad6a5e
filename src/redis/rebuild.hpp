#pragma once

#include "contrail/outbox.hpp"
#include "contrail/settings.hpp"
#include "redis/stream_scan.hpp"

namespace contrail::redis {

/// Writes the records from `found.whole_from` on into a fresh stream beside the log, `<stream>:rebuild`, and
/// puts it in place of the log's in one step. Streamer and consumers may go on meanwhile. A fresh stream left
/// over from an earlier try is removed first.
///
/// While it is built, Redis holds the log twice. A consumer group, which only other programs would have made,
/// goes with the old stream.
///
/// Throws Error: the log is as it was, and calling it again, after another look, is always safe.
void rebuild(const Settings& settings, Outbox& outbox, const StreamScan& found);

}  // namespace contrail::redis
