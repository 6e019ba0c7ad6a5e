#pragma once

#include <optional>

#include "contrail/retention_events.hpp"
#include "metrics/registry.hpp"

namespace contrail::metrics {

/// Retention's metrics. They come from its events.
///
/// Threads  Updated on retention's thread, read on any.
class RetentionMetrics {
public:
    /// `registry` must outlive it.
    explicit RetentionMetrics(Registry& registry);

    void on_event(const RetentionEvent& event);
    /// Must not outlive this.
    [[nodiscard]] OnRetentionEvent listener() {
        return [this](const RetentionEvent& event) { on_event(event); };
    }

private:
    void dropped(const retention_event::Dropped& event);

    std::optional<Offset> kept_from_;
    Counter& records_;
    Counter& segments_;
    Counter& cut_offs_;
    Counter& retries_;
    Gauge& obstructed_;
};

}  // namespace contrail::metrics
