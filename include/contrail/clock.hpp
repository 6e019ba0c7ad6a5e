#pragma once

#include <chrono>
#include <stop_token>

namespace contrail {

/// Time as the streamer and the consumers see it: for pauses only. Nothing that must be right depends on
/// it; the times inside record ids come from Postgres.
class Clock {
public:
    using Duration = std::chrono::milliseconds;

    virtual ~Clock() = default;

    /// Time since some fixed moment; never falls.
    virtual Duration now() = 0;

    /// Returns after `pause`, or as soon as `stop` is requested.
    virtual void wait(Duration pause, const std::stop_token& stop) = 0;
};

/// The machine's monotonic clock. Thread-safe.
Clock& system_clock();

}  // namespace contrail
