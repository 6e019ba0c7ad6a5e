#pragma once

#include "contrail/consumer_events.hpp"
#include "contrail/streamer_events.hpp"
#include "reports/progress.hpp"

namespace contrail {

/// Tells a streamer's progress what this event says about it.
void track(Progress& progress, const StreamerEvent& event);

/// The same for a consumer's progress.
void track(Progress& progress, const ConsumerEvent& event);

}  // namespace contrail
