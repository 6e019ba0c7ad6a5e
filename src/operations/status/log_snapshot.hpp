#pragma once

#include <chrono>
#include <map>

#include "contrail/clock.hpp"
#include "contrail/log.hpp"
#include "redis/status_board.hpp"

namespace contrail {

/// What the log's server answered.
struct LogSnapshot {
    std::map<ConsumerName, RecordId> positions{};
    redis::StatusBoard::Posted posted{};
    LogUsage usage{};
    Clock::Duration at{0};  ///< When, by the observer's clock.
};

/// Asks for the head last: no position is past it. Throws Error.
LogSnapshot take_log_snapshot(Log& log, redis::StatusBoard& board, Clock& clock);

}  // namespace contrail
