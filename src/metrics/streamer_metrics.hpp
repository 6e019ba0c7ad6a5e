#pragma once

#include <cstddef>
#include <optional>

#include "contrail/streamer_events.hpp"
#include "contrail/watchdog.hpp"
#include "metrics/registry.hpp"
#include "metrics/state.hpp"
#include "metrics/stopwatch.hpp"

namespace contrail::metrics {

/// What a streamer does, counted: from its events, and from its ports (WatchedOutbox, WatchedLog), so that it
/// knows nothing of it. A few clock readings a batch and an append; nothing a record.
///
/// Threads  Told on the streamer's thread, read on any.
class StreamerMetrics {
public:
    /// `registry` and `clock` must outlive it.
    StreamerMetrics(Registry& registry, Clock& clock);

    /// It moves when records are appended, when none are staged, and when another streamer works.
    [[nodiscard]] const Watchdog& watchdog() const { return watchdog_; }

    void on_event(const StreamerEvent& event);
    /// Must not outlive this.
    [[nodiscard]] OnStreamerEvent listener() {
        return [this](const StreamerEvent& event) { on_event(event); };
    }

    /// Another streamer leads.
    void follows() { watchdog_.moved(); }
    /// The outbox was asked for the next batch; `asked` runs since then.
    void looked(const Stopwatch& asked, bool found);
    /// An append was made.
    void appended(std::size_t records, std::size_t bytes, double seconds);

private:
    enum Doing : std::size_t { idle, streaming, standing_by, held_back, retrying };
    void enter(Doing doing);
    void found_its_place();

    Watchdog watchdog_;
    State state_;
    Doing doing_ = idle;
    std::optional<Stopwatch> looked_before_;

    Counter& records_;
    Counter& bytes_;
    Counter& appends_;
    Counter& batches_;
    Counter& resends_;
    Counter& refusals_;
    Counter& restarts_;
    Counter& takeovers_;
    Counter& retries_;
    Histogram& seal_;
    Histogram& seal_interval_;
    Histogram& append_;
};

}  // namespace contrail::metrics
