#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>

namespace contrail {

/// Time as the streamer and the consumers see it, for pauses only. Correctness does not depend on it; the
/// times inside record ids come from Postgres.
class Clock {
public:
    using Duration = std::chrono::milliseconds;
    using Pause = std::chrono::microseconds;

    virtual ~Clock() = default;

    /// Time since some fixed moment; never falls.
    virtual Duration now() = 0;

    /// Unix time in milliseconds. May jump, backwards too. It is for display, and for limits given as an age.
    virtual std::uint64_t unix_ms() = 0;

    /// Returns after `pause`, or as soon as `stop` is requested.
    virtual void wait(Pause pause, const std::stop_token& stop) = 0;
};

/// The machine's monotonic clock. Thread-safe.
Clock& system_clock();

}  // namespace contrail
