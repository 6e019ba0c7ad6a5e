#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "contrail/clock.hpp"
#include "status/latency_window.hpp"
#include "status/status_source.hpp"

namespace contrail::status {

/// Keeps the status of a streamer or a consumer, from its events (see track_events.hpp).
///
/// Threads  Thread-safe: the program's thread tells it what happens, another thread asks for the status.
class StatusTracker final : public StatusSource {
public:
    /// `working`: the state of a program that is getting work done, streaming or consuming. `on_change` is
    /// called on the program's thread when an event has changed the state; it must not throw.
    StatusTracker(ProgramState working, Clock& clock, std::function<void()> on_change);

    /// The program knows where to go on: a consumer, after this checkpoint. That it can has yet to be seen.
    void located(RecordId checkpoint = {});
    /// It got some work done.
    void worked();
    /// It committed the effects of the records from `first` to `last`.
    void committed(RecordId first, RecordId last);
    /// What it reads next comes from an archive, or from the log.
    void reads_archive(bool reads_archive);
    /// It has done all that there was to do. What failed before works again.
    void waits();
    /// Another instance works.
    void stands_by();
    /// It works beside another instance, or in its place.
    void takes_over();
    void holds_back(bool holds_back);
    /// Something failed. The program tries again.
    void failed(const std::string& error);
    /// Something failed. The program goes on.
    void noted(const std::string& error);
    /// Retention, in a streamer's process, has made a pass.
    void planned(const retention_event::Planned& retention);
    /// The program ends with this error.
    void halted(const std::string& error);

    [[nodiscard]] std::optional<ProgramStatus> status() const override;
    [[nodiscard]] std::optional<ProgramStatus> final_status() const override;

private:
    template <class Change>
    void change(Change change);
    [[nodiscard]] std::optional<ProgramState> state(Clock::Duration now) const;
    [[nodiscard]] bool was_overtaken_long_ago(Clock::Duration now) const;
    void note(const std::string& error);
    [[nodiscard]] ProgramStatus status_of(ProgramState state, Clock::Duration now) const;

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
    RecordId checkpoint_;
    bool reads_archive_ = false;
    std::optional<retention_event::Planned> retention_;
};

}  // namespace contrail::status
