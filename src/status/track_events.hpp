#pragma once

#include "contrail/consumer_events.hpp"
#include "contrail/retention_events.hpp"
#include "contrail/streamer_events.hpp"
#include "status/status_tracker.hpp"

namespace contrail::status {

/// Tells a streamer's tracker what this event means for the streamer's status.
void track(StatusTracker& tracker, const StreamerEvent& event);

/// The same for a consumer.
void track(StatusTracker& tracker, const ConsumerEvent& event);

/// The same for the retention in a streamer's process.
void track(StatusTracker& tracker, const RetentionEvent& event);

}  // namespace contrail::status
