#pragma once

#include <chrono>

#include "operations/database.hpp"
#include "operations/doctor/finding.hpp"
#include "operations/doctor/redis_session.hpp"

namespace contrail::doctor {

/// By how much a server's clock is ahead of this machine's. The truth lies within half of the time that
/// asking took.
struct ClockDifference {
    std::chrono::milliseconds ahead{0};
    std::chrono::milliseconds uncertain{0};
};

ClockDifference gather_clock(Database& database);
ClockDifference gather_clock(RedisSession& session);

/// `check`: `clock.postgres` or `clock.redis`.
Findings judge(const std::string& check, const ClockDifference& difference);

}  // namespace contrail::doctor
