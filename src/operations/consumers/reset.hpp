#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "contrail/checkpoints.hpp"
#include "contrail/clock.hpp"
#include "contrail/log.hpp"

namespace contrail {

/// What a consumer has applied when it goes on at a place in the log.
///
///     earliest   all before the oldest record that the log holds
///     latest     all that the log holds now
///     <id>       the record of this id, which the log must hold, and all before it
///     <time>     all that was sealed before this time, as in 2026-11-23T07:00:00Z
///
/// Throws Error (Retry::never) at anything else.
RecordId position_at(const std::string& place, Log& log);

/// A change of the place where a consumer goes on.
struct Reset {
    ConsumerName consumer;
    std::optional<RecordId> from;  ///< Its checkpoint; nothing: it has none.
    RecordId to;                   ///< What its checkpoint becomes.
};

/// What it would mean, in a sentence.
std::string describe(const Reset& reset);

Reset plan_reset(const ConsumerName& consumer, const std::string& place, Checkpoints& checkpoints, Log& log);

/// Sets the checkpoint, and the position beside the log. Throws Error (Retry::call), and has changed nothing,
/// if the consumer runs or has moved since the reset was planned.
void execute(const Reset& reset, Checkpoints& checkpoints, Log& log, Clock& clock,
             std::chrono::milliseconds watch);

}  // namespace contrail
