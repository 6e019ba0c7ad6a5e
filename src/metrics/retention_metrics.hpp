#pragma once

#include <optional>

#include "contrail/retention.hpp"
#include "metrics/registry.hpp"

namespace contrail::metrics {

/// What retention does, counted from its events.
///
/// Threads  Told on retention's thread, read on any.
class RetentionMetrics : public RetentionEvents {
public:
    /// `registry` must outlive it.
    explicit RetentionMetrics(Registry& registry);

    void dropped(RecordId keep_from, const Released& released) override;
    void cut_off(const ConsumerName& consumer, const CutOff& missed) override;
    void retrying(const Error& error, Clock::Duration pause) override;

private:
    std::optional<Offset> kept_from_;
    Counter& records_;
    Counter& segments_;
    Counter& cut_offs_;
    Counter& retries_;
    Gauge& obstructed_;
};

}  // namespace contrail::metrics
