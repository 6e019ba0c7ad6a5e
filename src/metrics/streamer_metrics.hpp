#pragma once

#include <cstddef>
#include <optional>

#include "contrail/streamer_events.hpp"
#include "contrail/watchdog.hpp"
#include "metrics/registry.hpp"
#include "metrics/state_gauges.hpp"
#include "metrics/stopwatch.hpp"

namespace contrail::metrics {

/// A streamer's metrics. They come from its events and from its ports (MeteredOutbox, MeteredLogWriter); the
/// streamer itself does not know them. Costs a few clock readings per batch and per append, nothing per
/// record.
///
/// Threads  Updated on the streamer's thread, read on any.
class StreamerMetrics {
public:
    /// `registry` and `clock` must outlive it.
    StreamerMetrics(Registry& registry, Clock& clock);

    /// Work moves when records are appended, when none are staged, and when another streamer leads.
    [[nodiscard]] const Watchdog& watchdog() const { return watchdog_; }

    void on_event(const StreamerEvent& event);
    /// Must not outlive this.
    [[nodiscard]] OnStreamerEvent listener() {
        return [this](const StreamerEvent& event) { on_event(event); };
    }

    void another_leads() { watchdog_.moved(); }
    /// The streamer has polled the outbox for the next batch; `began` runs since it asked.
    void polled(const Stopwatch& began, bool found);
    /// A commit has ended the streamer's rest.
    void woken();
    /// The log accepted an append.
    void appended(std::size_t records, std::size_t bytes, double seconds);

private:
    void found_its_place();

    Watchdog watchdog_;
    StateGauges state_;
    std::optional<Stopwatch> polled_before_;  ///< Runs since the poll before the last one began.

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
