#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chaos/load/history.hpp"
#include "chaos/watch/log_watcher.hpp"
#include "contrail/settings.hpp"
#include "verify/report.hpp"

namespace rocket_rides::chaos {

/// Finds out when all is well again after disasters, while rides go on coming in. That is when
///   - everything that was staged and acknowledged when they ended is in the log,
///   - every consumer is past it, and none contradicts another or the rides,
///   - and a ride that was posted since has been acknowledged.
class Convergence {
public:
    using Duration = std::chrono::milliseconds;

    struct Options {
        std::vector<std::string> consumers;  ///< Who has to be level.
        bool under_load = true;              ///< False: no ride is to be expected any more.
    };

    /// Begins now. `direct`: settings that lead to the servers on no way that disasters befall. `history`
    /// and `watcher` must outlive it.
    Convergence(const contrail::Settings& direct, const History& history, const LogWatcher& watcher,
                Options options);

    /// Looks, unless that was done a moment ago.
    bool reached();

    /// How long it took, or has taken until now.
    [[nodiscard]] Duration took() const;

    /// What is not as it should be, in words; empty if all is.
    [[nodiscard]] const std::string& missing() const noexcept { return missing_; }

private:
    [[nodiscard]] std::string look();
    [[nodiscard]] std::string look_at(const Report& report) const;

    const contrail::Settings& direct_;
    const History& history_;
    const LogWatcher& watcher_;
    Options options_;
    SteadyTime begun_ = std::chrono::steady_clock::now();
    SteadyTime looked_ = SteadyTime::min();
    std::vector<std::uint64_t> acknowledged_;  ///< When it began.
    std::optional<contrail::Offset> staged_;   ///< When Postgres could first be asked.
    std::string missing_ = "nothing was looked at yet";
};

}  // namespace rocket_rides::chaos
