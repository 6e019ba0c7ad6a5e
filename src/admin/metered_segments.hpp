#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "contrail/log.hpp"
#include "contrail/partitioned_consumer.hpp"
#include "metrics/admin_server.hpp"
#include "metrics/consumer_metrics.hpp"

namespace contrail::admin {

/// The workers of a PartitionedConsumer, each of which tells metrics of its segment what happens.
///
/// Lifetime  Must outlive the workers. The registry must outlive it.
/// Threads   Thread-safe.
class MeteredSegments {
public:
    MeteredSegments(ConsumerName name, metrics::Registry& registry)
        : name_(std::move(name)),
          registry_(registry),
          watchdog_(system_clock()) {
        watchdog_.expect();
    }

    SegmentWorker metered(Segment segment, SegmentWorker worker);

    /// Fails when no segment of this process moves although `log` holds records after the last one's checkpoint.
    /// `source`: the name under which the log's server is probed.
    metrics::HealthCheck health_check(std::shared_ptr<Log> log, std::string source);

private:
    metrics::ConsumerMetrics& metrics_of(Segment segment);

    ConsumerName name_;
    metrics::Registry& registry_;
    Watchdog watchdog_;
    std::mutex mutex_;  ///< Guards what follows.
    /// They stay when a segment goes: it may come back, and a metric must not be there twice.
    std::map<Segment, std::unique_ptr<metrics::ConsumerMetrics>> metrics_;
};

}  // namespace contrail::admin
