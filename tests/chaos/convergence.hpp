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
#include "verify.hpp"

namespace chaos {

/// Finds out when everything has recovered from faults, while the load goes on. That is when
///   - the log holds every record that was staged or acknowledged when the faults ended,
///   - every consumer is past it, and agrees with the other consumers and with the rides,
///   - without load, the archive holds it too: its files are complete after a second,
///   - the API or a writer has acknowledged a change that began later,
///   - and the log's servers are ready for the next fault: replicas follow, elections are over.
class Convergence {
public:
    using Duration = std::chrono::milliseconds;

    struct Options {
        std::vector<std::string> consumers;  ///< The consumers that must catch up.
        bool under_load = true;              ///< False: no further change is acknowledged.
        /// What the archive lacks of the records up to this offset, as a clause; empty if it holds them.
        std::function<std::string(contrail::Offset)> archive_lacks = [](contrail::Offset) { return ""; };
        /// What the log's servers lack, as a clause; empty if they are well.
        std::function<std::string()> servers_lack = [] { return ""; };
    };

    /// Begins now. `direct` are the servers' own addresses, past all proxies. `history` and `watcher` must
    /// outlive it.
    Convergence(const contrail::Settings& direct, const History& history, const LogWatcher& watcher,
                Options options);

    /// Checks, unless it did so a moment ago.
    bool reached();

    /// How long it took, or has taken so far.
    [[nodiscard]] Duration took() const;

    /// What is still missing, as a clause; empty if nothing is.
    [[nodiscard]] const std::string& missing() const noexcept { return missing_; }

private:
    [[nodiscard]] std::string check();
    [[nodiscard]] std::string check_consumers(const rocket_rides::Verdict& verdict) const;

    const contrail::Settings& direct_;
    const History& history_;
    const LogWatcher& watcher_;
    Options options_;
    SteadyTime begun_ = std::chrono::steady_clock::now();
    SteadyTime checked_ = SteadyTime::min();
    SteadyTime check_at_ = SteadyTime::min();  ///< The next one.
    std::vector<std::uint64_t> acknowledged_;  ///< When it began.
    std::optional<contrail::Offset> staged_;   ///< At the first check that Postgres answered.
    std::string missing_ = "the first check has not run yet";
};

}  // namespace chaos
