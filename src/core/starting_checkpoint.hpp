#pragma once

#include "contrail/clock.hpp"
#include "contrail/log_reader.hpp"
#include "contrail/starting_place.hpp"

namespace contrail {

/// The checkpoint from which `consumer` goes on where it is to start: the id of the record before its first,
/// 0-0 if that is the first of all. It is the id of a record that was sealed, never an invented one: the
/// streamer takes a checkpoint at an id that it did not seal for a sign of lost commits.
///
/// A time is looked for by halves, some forty short reads. Throws Error (Retry::never), which names the
/// choices, where the log cannot serve this place.
RecordId starting_checkpoint(const ConsumerName& consumer, const StartingPlace& place, LogReader& log,
                             Clock& clock);

/// Throws Error (Retry::call) if the log does not hold the record after the one at which `consumer` is to
/// begin. It may yet have to get either.
void require_followed(const ConsumerName& consumer, RecordId checkpoint, LogReader& log);

}  // namespace contrail
