#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "contrail/consumer_events.hpp"
#include "contrail/segment.hpp"
#include "contrail/watchdog.hpp"
#include "metrics/registry.hpp"
#include "metrics/state_gauges.hpp"

namespace contrail::metrics {

/// A consumer's metrics. They come from its events, its ports (MeteredLogReader, MeteredCheckpoints) and its
/// handler. Costs a few clock readings per batch, nothing per record.
///
/// Threads  Updated on the consumer's thread, read on any.
class ConsumerMetrics {
public:
    /// Those of a segment have a label `segment`, such as `3/8`. `registry` and `clock` must outlive it.
    ConsumerMetrics(const ConsumerName& name, Registry& registry, Clock& clock, Segment segment = {});

    [[nodiscard]] const ConsumerName& name() const { return name_; }
    /// Work moves when a batch is committed, when the log holds nothing new, and when another instance is
    /// faster.
    [[nodiscard]] const Watchdog& watchdog() const { return watchdog_; }
    /// The last checkpoint committed or loaded.
    [[nodiscard]] Offset checkpoint() const { return {checkpoint_offset_.load()}; }

    void on_event(const ConsumerEvent& event);
    /// Must not outlive this.
    [[nodiscard]] OnConsumerEvent listener() {
        return [this](const ConsumerEvent& event) { on_event(event); };
    }

    /// The log held nothing after the checkpoint.
    void found_no_records();
    /// The handler is called with these records next.
    void handler_begins(std::span<const Record> records);
    void handler_took(double seconds) { handler_.Observe(seconds); }
    void commit_took(double seconds) { commit_.Observe(seconds); }

private:
    /// Records that were sealed at the same time.
    struct Sealed {
        std::uint64_t at_ms;
        std::size_t records;
    };

    ConsumerMetrics(const ConsumerName& name, Registry& registry, Clock& clock, const Labels& labels);

    void committed(const consumer_event::Committed& event);
    void move_to(Offset checkpoint);
    void observe_applied();

    ConsumerName name_;
    Clock& clock_;
    Watchdog watchdog_;
    StateGauges state_;
    std::atomic<std::uint64_t> checkpoint_offset_ = 0;
    std::vector<Sealed> in_hand_;  ///< What the handler was called with last.

    Gauge& checkpoint_;
    Counter& records_;
    Counter& batches_;
    Counter& left_out_;
    Counter& skipped_;
    Counter& parked_;
    Counter& retried_;
    Counter& overtaken_;
    Counter& retries_;
    Histogram& handler_;
    Histogram& commit_;
    Histogram& applied_;
};

}  // namespace contrail::metrics
