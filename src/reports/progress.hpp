#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "contrail/clock.hpp"
#include "reports/latency_window.hpp"
#include "reports/report.hpp"

namespace contrail {

/// What a streamer or a consumer is at, put together from its events.
///
/// Threads  Thread-safe: one works and tells, another one reports.
class Progress {
public:
    /// `working`: the state of one that got something done just now. `on_change` is called, on the thread
    /// that works, when an event has changed the state; it must not throw.
    Progress(ProgramState working, Clock& clock, std::function<void()> on_change);

    /// It knows where it is, and has yet to show that it gets on from there.
    void located();
    /// It got something done.
    void worked();
    /// The same, for a consumer: the effects of so many records are committed, the first and last of which
    /// were sealed at these times (Unix time in milliseconds).
    void committed(std::uint64_t records, std::uint64_t first_sealed_ms, std::uint64_t last_sealed_ms);
    /// Another instance works.
    void stands_by();
    /// It works beside another instance, or instead of it.
    void takes_over();
    void holds_back(bool holds_back);
    /// Something failed, and will be tried again.
    void failed(const std::string& error);
    /// Something failed, and it goes on.
    void noted(const std::string& error);
    /// It ends because of this.
    void halted(const std::string& error);

    /// Nothing as long as nothing has happened.
    [[nodiscard]] std::optional<Report> report() const;
    /// What is left to be told when it has ended. Nothing if others go on in its place.
    [[nodiscard]] std::optional<Report> last_report() const;

private:
    template <class Change>
    void change(Change change);
    [[nodiscard]] std::optional<ProgramState> state(Clock::Duration now) const;
    [[nodiscard]] bool proven(Clock::Duration now, Clock::Duration after) const;
    void note(const std::string& error);
    [[nodiscard]] Report report_of(ProgramState state, Clock::Duration now) const;

    ProgramState working_;
    Clock& clock_;
    std::function<void()> on_change_;

    mutable std::mutex mutex_;  ///< Guards all that follows.
    std::optional<Clock::Duration> located_at_;
    std::optional<Clock::Duration> worked_at_;
    bool failing_ = false;
    bool standing_by_ = false;
    bool held_back_ = false;
    bool halted_ = false;
    std::string error_;
    std::uint64_t error_at_ms_ = 0;
    LatencyWindow latency_;
};

}  // namespace contrail
