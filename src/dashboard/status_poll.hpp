#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "dashboard/event.hpp"
#include "dashboard/poller.hpp"
#include "operations/status/status.hpp"
#include "operations/status/status_poller.hpp"

namespace contrail::dashboard {

using operations::ConsumerStatus;
using operations::Status;

/// The events between two snapshots: a program stopped or works again, a server stopped answering or answers
/// again, the log lost records.
std::vector<Event> changes(const Status& before, const Status& now);

/// `now` without news that may be over in a moment. A program that retries now, but did not in `before`,
/// keeps the state that it has in `settled_before`, which this function made of `before`.
Status settled(const Status& before, const Status& settled_before, Status now);

/// True if nothing moved between two snapshots, and all programs are idle: they publish their status every two seconds
/// then, so the next second has no news.
bool rests(const Status& before, const Status& now);

/// Polls what the page shows of any log.
///
/// Threads  All polls on one thread.
class StatusPoll {
public:
    using Clock = std::chrono::steady_clock;
    using EventSink = std::function<void(Event)>;

    /// Throws Error (Retry::never) if it cannot use the settings.
    StatusPoll(const Settings& settings, EventSink on_event)
        : poller_(settings),
          on_event_(std::move(on_event)) {}

    /// The message `status`, in the format of `contrail status --json`. Empty if the last poll was a moment
    /// ago: rates over so short a time say little.
    Snapshot poll();

    /// True if a poll that began after `then` reached both servers, and found no program that reports
    /// trouble.
    [[nodiscard]] bool all_worked_since(Clock::time_point then) const;

private:
    operations::StatusPoller poller_;
    EventSink on_event_;
    std::optional<Status> before_;
    Status settled_;                                          ///< `before_` as events see it; see settled().
    Clock::time_point polled_at_ = Clock::time_point::min();  ///< When the last poll began.
};

}  // namespace contrail::dashboard
