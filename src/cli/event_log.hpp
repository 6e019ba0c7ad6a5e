#pragma once

#include <string_view>

#include "contrail/consumer_events.hpp"
#include "contrail/names.hpp"
#include "contrail/retention_events.hpp"
#include "contrail/segment.hpp"
#include "contrail/settings.hpp"
#include "contrail/streamer_events.hpp"

namespace contrail::cli {

/// Writes a streamer's event to the program's log. The program itself writes the error that halts it.
void log_streamer_event(const StreamerEvent& event);

/// Writes an event of retention to the program's log.
void log_retention_event(const RetentionEvent& event);

/// A listener that writes this consumer's events to the program's log, under the consumer's name.
OnConsumerEvent consumer_log(const ConsumerName& consumer);

/// The same for a worker on a segment of the consumer. It also writes the error that halts the segment: the program
/// goes on.
OnConsumerEvent segment_log(const ConsumerName& consumer, Segment segment);

/// Writes a warning of `component` to the program's log if the settings accept any certificate of the log's server.
void log_unchecked_certificate(std::string_view component, const Settings& settings);

/// Writes to the program's log why the program cannot publish its status beside the log.
void log_status_failure(const Error& error);

}  // namespace contrail::cli
