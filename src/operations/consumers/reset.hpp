#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "contrail/checkpoints.hpp"
#include "contrail/clock.hpp"
#include "contrail/log.hpp"

namespace contrail {

/// What a consumer has applied when it goes on at a place: `earliest` is before the oldest record that the
/// log holds, whatever was before that; the others are those of contrail/starting_place.hpp. Throws Error
/// (Retry::never) at a text that is none, and where the log cannot serve the place.
RecordId position_at(const ConsumerName& consumer, const std::string& place, Log& log, Clock& clock);

/// A change of the place where a consumer goes on.
struct Reset {
    ConsumerName consumer;
    std::optional<RecordId> from;  ///< Its checkpoint; nothing: it has none.
    RecordId to;                   ///< What its checkpoint becomes.
};

/// What it would mean, in a sentence.
std::string describe(const Reset& reset);

/// Throws as position_at() does, and where this is not the database in which the consumer keeps its
/// checkpoint.
Reset plan_reset(const ConsumerName& consumer, const std::string& place, Checkpoints& checkpoints, Log& log,
                 Clock& clock);

/// Sets the checkpoint, and the position beside the log. Throws Error (Retry::call), and has changed nothing,
/// if the consumer runs or has moved since the reset was planned.
void execute(const Reset& reset, Checkpoints& checkpoints, Log& log, Clock& clock,
             std::chrono::milliseconds watch);

}  // namespace contrail
