#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "dashboard/happening.hpp"
#include "dashboard/watch.hpp"
#include "operations/status/observer.hpp"
#include "operations/status/status.hpp"

namespace contrail::dashboard {

/// What has become different from one look to the next, in words: a program that stopped or works again, a
/// server that does not answer, a log that lost records.
std::vector<Happening> changes(const Status& before, const Status& now);

/// `now`, but a program that has begun to retry since the look before, `before`, is still at what it was at
/// in `settled_before`, which this function made of that look: most failures are over a moment later, and no
/// news.
Status settled(const Status& before, const Status& settled_before, Status now);

/// What the page shows of any log.
///
/// Threads  All looks on one.
class StatusLook {
public:
    using Tell = std::function<void(Happening)>;

    /// Throws Error (Retry::never) at settings that are not understood.
    StatusLook(const Settings& settings, Tell tell) : observer_(settings), tell_(std::move(tell)) {}

    /// Event `status`, as of `contrail status --json`; none if the last one was a moment ago: rates over so
    /// short a time would say little.
    Sight look();

    using Clock = std::chrono::steady_clock;

    /// True if it has looked since `then`, and found both servers and no program that it knows not to work.
    [[nodiscard]] bool all_worked_since(Clock::time_point then) const;

private:
    StatusObserver observer_;
    Tell tell_;
    std::optional<Status> before_;
    Status settled_;  ///< That look, as what changes since is told from.
    Clock::time_point looked_at_ = Clock::time_point::min();  ///< When the last look began.
};

}  // namespace contrail::dashboard
