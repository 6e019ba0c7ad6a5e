#pragma once

#include <chrono>
#include <optional>

#include "contrail/settings.hpp"
#include "verify/report.hpp"

namespace rocket_rides {

/// Finds out when the fleet's consumers have consumed everything that was staged.
class Completion {
public:
    using Duration = std::chrono::milliseconds;

    explicit Completion(contrail::Settings settings) : settings_(std::move(settings)) {}

    /// Examines rides and consumers, unless it was done a moment ago. True if all are level. While a server
    /// is away they are not. Throws Error (Retry::never).
    bool reached();

    /// How long until it is worth while to ask again.
    [[nodiscard]] Duration pause() const;

    /// What was found when it was reached.
    [[nodiscard]] const std::optional<Report>& report() const noexcept { return report_; }

private:
    using Clock = std::chrono::steady_clock;

    contrail::Settings settings_;
    Clock::time_point due_{};  ///< At first: long ago.
    std::optional<Report> report_;
};

}  // namespace rocket_rides
