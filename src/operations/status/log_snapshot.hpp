#pragma once

#include <chrono>
#include <map>

#include "contrail/clock.hpp"
#include "contrail/log_keeper.hpp"
#include "status/status_board.hpp"

namespace contrail::operations {

/// The answers of the log's server to one poll.
struct LogSnapshot {
    std::map<ConsumerName, RecordId> positions{};
    status::StatusBoard::Posted posted{};
    LogUsage usage{};
    Clock::Duration at{0};  ///< When the last answer arrived, by the poller's clock.
};

/// Reads the head last, so that no position is past it. Throws Error.
LogSnapshot take_log_snapshot(LogKeeper& log, status::StatusBoard& board, Clock& clock);

}  // namespace contrail::operations
