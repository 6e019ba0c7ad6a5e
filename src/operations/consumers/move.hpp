#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "contrail/checkpoints.hpp"
#include "contrail/clock.hpp"
#include "contrail/log.hpp"

namespace contrail::operations {

/// Throws Error (Retry::never) if the log names another owner of the consumer than `owner`. `what` is what the
/// operator asked for: `reset`.
void require_owner(const std::string& what, const ConsumerName& consumer, const ConsumerOwner& owner,
                   Log& log);

/// A change of the database to which a consumer's name belongs.
struct Move {
    ConsumerName consumer;
    ConsumerOwner from;                ///< As the log names it.
    ConsumerOwner to;                  ///< The database that holds `checkpoint`.
    RecordId checkpoint;               ///< Where the consumer continues.
    std::optional<RecordId> position;  ///< Reported last, from `from`. Nothing: the log does not know it.
    std::optional<RecordId> gap;  ///< The log's first record, if those between `checkpoint` and it are gone.

    /// True if the consumer belongs to that database already.
    [[nodiscard]] bool is_done() const { return from.id == to.id; }
};

/// Plans to move a consumer to the database of `checkpoints`. Throws Error (Retry::never) if that holds no checkpoint
/// of the consumer, or the log names no owner of it.
Move plan_move(const ConsumerName& consumer, Checkpoints& checkpoints, Log& log);

/// What the move would do, in sentences.
std::string describe(const Move& move);

/// Notes the new owner beside the log, and its checkpoint as the position. Throws Error (Retry::call), and has changed
/// nothing, if the consumer runs or its owner has changed since plan_move(). Waits up to `wait_max` to find out whether
/// it runs.
void execute(const Move& move, Log& log, Clock& clock, std::chrono::milliseconds wait_max);

}  // namespace contrail::operations
