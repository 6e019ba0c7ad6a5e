#pragma once

#include "contrail/clock.hpp"
#include "contrail/log_reader.hpp"
#include "contrail/starting_place.hpp"

namespace contrail {

/// The checkpoint of a consumer that is to start at `place`: the id of the record before its first, or 0-0 if
/// that is the first of all. It is always the id of a record that was sealed. The streamer takes a checkpoint
/// that it never sealed as a sign of lost commits.
///
/// Finds a time by bisection, in some forty short reads. Throws Error (Retry::never), which names the
/// choices, if the log cannot serve this place. Throws Error (Retry::call) if the log cannot tell its end yet,
/// because it is new or has lost records.
RecordId starting_checkpoint(const ConsumerName& consumer, const StartingPlace& place, LogReader& log,
                             Clock& clock);

/// The log's head. Throws Error (Retry::call) if the log does not hold all that its outbox had sealed when a streamer
/// last found its place. It has lost records, so its head is not its end.
RecordId end_of_log(const ConsumerName& consumer, const StartingPlace& place, const LogUsage& usage);

/// Throws Error (Retry::call) if the log has trimmed the record after `checkpoint`, where `consumer` is to
/// begin. The log may not have received either record yet.
void require_followed(const ConsumerName& consumer, RecordId checkpoint, LogReader& log);

}  // namespace contrail
