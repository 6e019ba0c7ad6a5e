#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "contrail/checkpoints.hpp"
#include "contrail/clock.hpp"
#include "contrail/consumer_segments.hpp"
#include "contrail/log.hpp"

namespace contrail::operations {

/// The checkpoint of a consumer that continues at a place. `earliest` is before the oldest record that the
/// log holds, even if older ones are gone. contrail/starting_place.hpp describes the other places. Throws
/// Error (Retry::never) if `place` is not a place, or the log cannot serve it; Retry::call if the log cannot tell its
/// end yet, because it is new or has lost records.
RecordId position_at(const ConsumerName& consumer, const std::string& place, Log& log, Clock& clock);

/// A change of the place where a consumer continues.
struct Reset {
    ConsumerName consumer;
    std::vector<SegmentPlace> from;  ///< Where each of its segments is. None: it has no checkpoint.
    RecordId to;                     ///< The new checkpoint of each.
};

/// What the reset would do, in sentences.
std::string describe(const Reset& reset);

/// Throws as position_at() does, and if the consumer keeps its checkpoint in another database.
Reset plan_reset(const ConsumerName& consumer, const std::string& place, Checkpoints& checkpoints,
                 ConsumerSegments& segments, Log& log, Clock& clock);

/// Sets the checkpoints of all segments in one transaction, and the position beside the log. Throws Error
/// (Retry::call), and has changed nothing, if the consumer runs or has moved since plan_reset(). Waits up to `wait_max`
/// to find out whether it runs.
void execute(const Reset& reset, Checkpoints& checkpoints, ConsumerSegments& segments, Log& log, Clock& clock,
             std::chrono::milliseconds wait_max);

}  // namespace contrail::operations
