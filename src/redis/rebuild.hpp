#pragma once

#include "contrail/outbox.hpp"
#include "contrail/settings.hpp"
#include "redis/stream_scan.hpp"

namespace contrail::redis {

/// Writes the records from `found.whole_from` on into a fresh stream beside the log (Keys::rebuilt), and
/// puts it in place of the log's in one step. Streamer and consumers may go on. A fresh stream left by an
/// earlier attempt is removed first.
///
/// During this Redis holds the log twice. A consumer group, which Contrail never makes, disappears with the
/// old stream.
///
/// Throws Error: the log is as it was. Calling it again, after another scan, is always safe.
void rebuild(const Settings& settings, Outbox& outbox, const StreamScan& found);

}  // namespace contrail::redis
