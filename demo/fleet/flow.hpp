#pragma once

#include <chrono>
#include <optional>

#include "contrail/settings.hpp"
#include "verify/examine.hpp"

namespace rocket_rides {

/// Finds out when the first ride has gone all the way: when a consumer moves.
class Flow {
public:
    using Duration = std::chrono::milliseconds;

    explicit Flow(const contrail::Settings& settings) : examiner_(settings) {}

    /// True once: at the first call that finds a consumer further than the first one found it. While a server
    /// is away nothing moves. Throws Error (Retry::never).
    bool begins();

    /// How long until it is worth while to ask again; nothing if it has begun.
    [[nodiscard]] std::optional<Duration> pause() const;

private:
    using Clock = std::chrono::steady_clock;

    Examiner examiner_;
    Clock::time_point due_{};  ///< At first: long ago.
    std::optional<contrail::RecordId> at_first_;
    bool begun_ = false;
};

}  // namespace rocket_rides
