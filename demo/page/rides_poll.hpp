#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/line_sink.hpp"
#include "contrail/settings.hpp"
#include "dashboard/poller.hpp"
#include "demo/page/fault_tracker.hpp"
#include "verify.hpp"

namespace demo {

/// Polls what the page shows of rides: the consumers' totals, the sum of the rides, and the recovery from a
/// fault.
///
/// Cost     Each poll reads the totals. It adds up all rides so rarely that this takes one percent of the
///          time, however many there are.
/// Threads  All polls on one thread.
class RidesPoll {
public:
    using Clock = FaultTracker::Clock;

    /// True if all programs and servers were seen to work since then.
    using AllWorkedSince = std::function<bool(Clock::time_point)>;

    /// Calls `on_recovery` with a sentence after each recovery. `faults` must outlive it.
    RidesPoll(const contrail::Settings& settings, FaultTracker& faults, AllWorkedSince all_worked_since,
              contrail::base::LineSink on_recovery);

    /// Messages `rides` and `fault`. While a server is away, `rides` holds the error.
    contrail::dashboard::Snapshot poll();

private:
    std::string rides();
    void add_up_if_due();
    void check_recovery(const rocket_rides::Verdict& verdict);
    [[nodiscard]] std::string fault() const;

    FaultTracker& faults_;
    AllWorkedSince all_worked_since_;
    contrail::base::LineSink on_recovery_;
    rocket_rides::RideAudit audit_;
    Clock::time_point add_up_due_ = Clock::time_point::min();
    std::string verified_ = "null";  ///< The last full verdict, in the format of `verify --json`.
    std::optional<contrail::RecordId> agreed_at_;  ///< The last record at which two totals agreed.

    std::uint64_t fault_number_ = 0;          ///< The fault of the two below.
    std::optional<contrail::Offset> target_;  ///< Recovered once all consumers reach it.
    bool agreed_since_ = false;
};

}  // namespace demo
