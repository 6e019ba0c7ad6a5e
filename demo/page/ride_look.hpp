#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "contrail/settings.hpp"
#include "dashboard/watch.hpp"
#include "demo/page/harm_case.hpp"
#include "verify/examine.hpp"

namespace rocket_rides {

/// What the page shows of rides: the consumers' totals beside each other, what the rides add up to, and
/// how the fleet recovers from harm.
///
/// Cost     The totals are read at every look. All rides are added up so rarely that it takes a hundredth of
///          the time, however many there are.
/// Threads  All looks on one.
class RideLook {
public:
    using Clock = HarmCase::Clock;
    /// Told of a recovery, in words.
    using Tell = std::function<void(std::string)>;

    /// Whether all programs and servers were seen at work since then.
    using AllWorkedSince = std::function<bool(Clock::time_point)>;

    /// `harm` must outlive it.
    RideLook(const contrail::Settings& settings, HarmCase& harm, AllWorkedSince all_worked_since, Tell tell);

    /// Events `rides` and `harm`. While a server is away, `rides` says so.
    contrail::dashboard::Sight look();

private:
    std::string rides();
    void add_up_if_due();
    void judge_recovery(const Report& report);
    [[nodiscard]] std::string harm() const;

    HarmCase& harm_;
    AllWorkedSince all_worked_since_;
    Tell tell_;
    Examiner examiner_;
    Clock::time_point adding_up_due_ = Clock::time_point::min();
    std::string verified_ = "null";                ///< The last whole report, as `verify --json` prints it.
    std::optional<contrail::RecordId> agreed_at_;  ///< The last record at which totals were seen to agree.

    std::uint64_t case_number_ = 0;  ///< The harm that the following two belong to.
    std::optional<contrail::Offset>
        target_;  ///< Recovered when all are here. What was staged when it was over.
    bool agreed_again_ = false;
};

}  // namespace rocket_rides
