#pragma once

#include "contrail/consumer_events.hpp"
#include "contrail/names.hpp"
#include "contrail/retention_events.hpp"
#include "contrail/streamer_events.hpp"

namespace contrail::cli {

/// Writes a streamer's event to the program's log. The program itself writes the error that halts it.
void log_streamer_event(const StreamerEvent& event);

/// Writes an event of retention to the program's log.
void log_retention_event(const RetentionEvent& event);

/// A listener that writes this consumer's events to the program's log, under the consumer's name.
OnConsumerEvent consumer_log(const ConsumerName& consumer);

/// Writes to the program's log why the program cannot publish its status beside the log.
void log_status_failure(const Error& error);

}  // namespace contrail::cli
