#pragma once

#include <chrono>
#include <optional>

#include "contrail/settings.hpp"
#include "verify.hpp"

namespace demo {

/// Finds out when the first ride has reached a consumer.
class FirstRide {
public:
    using Duration = std::chrono::milliseconds;

    explicit FirstRide(const contrail::Settings& settings) : audit_(settings) {}

    /// True once: at the first check that finds a consumer past its place at the first check. Throws Error
    /// (Retry::never).
    bool arrives();

    /// The pause until the next check; nothing once the ride arrived.
    [[nodiscard]] std::optional<Duration> pause() const;

private:
    using Clock = std::chrono::steady_clock;

    rocket_rides::RideAudit audit_;
    Clock::time_point due_{};  ///< The first check is due at once.
    std::optional<contrail::RecordId> at_first_;
    bool arrived_ = false;
};

}  // namespace demo
