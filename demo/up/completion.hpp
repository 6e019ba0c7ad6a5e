#pragma once

#include <chrono>
#include <optional>

#include "contrail/settings.hpp"
#include "verify.hpp"

namespace demo {

/// Finds out when the consumers have consumed every staged record.
class Completion {
public:
    using Duration = std::chrono::milliseconds;

    explicit Completion(contrail::Settings settings) : settings_(std::move(settings)) {}

    /// Checks rides and consumers, unless it did so a moment ago. True once all have caught up; false while a
    /// server is away. Throws Error (Retry::never).
    bool reached();

    /// The pause until the next check.
    [[nodiscard]] Duration pause() const;

    /// The verdict of the check that found them caught up.
    [[nodiscard]] const std::optional<rocket_rides::Verdict>& verdict() const noexcept { return verdict_; }

private:
    using Clock = std::chrono::steady_clock;

    contrail::Settings settings_;
    Clock::time_point due_{};  ///< The first check is due at once.
    std::optional<rocket_rides::Verdict> verdict_;
};

}  // namespace demo
