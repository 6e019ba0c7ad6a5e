#pragma once

#include <chrono>
#include <map>

#include "contrail/clock.hpp"
#include "contrail/log.hpp"
#include "redis/reports.hpp"

namespace contrail {

/// What the log's server told.
struct LogLook {
    std::map<ConsumerName, RecordId> positions{};
    redis::RedisReports::Told told{};
    LogUsage usage{};
    Clock::Duration at{0};  ///< When, by the observer's clock.
};

/// Asks for the head last: no position is past it. Throws Error.
LogLook look_at_log(Log& log, redis::RedisReports& reports, Clock& clock);

}  // namespace contrail
