#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "contrail/clock.hpp"

namespace contrail {

/// Watches that work gets done. The part of a program that works says how it goes; Admin asks for
/// standstill(), and fails /healthz if that lasts too long.
///
///     watchdog.expect();                      // a request came
///     answer(request) ? watchdog.rest()       // no other one waits
///                     : watchdog.failed("the database is away");
///
/// Threads  Thread-safe.
class Watchdog {
public:
    /// `clock` must outlive it.
    explicit Watchdog(Clock& clock) : clock_(clock) {}

    /// There is work, which must move from now on. Called again before it moves, it changes nothing.
    void expect();
    /// Some work is done, or the search for work found none. More may follow.
    void moved();
    /// There is no work until expect().
    void rest();
    /// Why nothing moves, as far as known.
    void failed(std::string why);

    /// Since when work has been expected, and has not moved.
    struct Standstill {
        Clock::Duration lasts;
        std::string why;  ///< The last failure since then, or empty.
    };
    /// Nothing if no work is expected.
    [[nodiscard]] std::optional<Standstill> standstill() const;

private:
    Clock& clock_;
    mutable std::mutex mutex_;  ///< Guards what follows.
    std::optional<Clock::Duration> since_;
    std::string why_;
};

}  // namespace contrail
