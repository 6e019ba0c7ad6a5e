#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "contrail/clock.hpp"

namespace contrail::metrics {

/// Whether work gets done, as told by whoever does it and asked by whoever watches over it.
///
/// Threads  Thread-safe.
class Progress {
public:
    explicit Progress(Clock& clock) : clock_(clock) {}

    /// There is work, and it has to move from now on. Told again, the first time counts.
    void expect();
    /// Some of it was done, or was looked for in vain; there may be more.
    void moved();
    /// There is none until expect().
    void rest();
    /// Why nothing moves, as far as it is known.
    void failed(std::string why);

    /// Since when work is expected to move and has not.
    struct Standstill {
        Clock::Duration lasts;
        std::string why;  ///< The last failure of that time, or empty.
    };
    /// Nothing: none is expected.
    [[nodiscard]] std::optional<Standstill> standstill() const;

private:
    Clock& clock_;
    mutable std::mutex mutex_;  ///< Guards what follows.
    std::optional<Clock::Duration> since_;
    std::string why_;
};

}  // namespace contrail::metrics
