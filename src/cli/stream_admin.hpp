#pragma once

#include <optional>
#include <string>

#include "metrics/admin_server.hpp"
#include "metrics/retention_metrics.hpp"
#include "metrics/streamer_metrics.hpp"
#include "operations/status/status_poller.hpp"

namespace contrail::cli {

/// What a process tells over HTTP of a stream that it serves: its streamer, and log, outbox and consumers, which are
/// read when a client asks.
///
/// Lifetime  Must outlive the AdminServer that it is added to.
class StreamAdmin {
public:
    /// `name`: the label `stream` of its metrics.
    StreamAdmin(std::string name, Settings settings);

    metrics::Registry& registry() { return registry_; }
    metrics::StreamerMetrics& streamer() { return streamer_; }
    metrics::RetentionMetrics& retention() { return retention_; }

    /// Adds the metrics that are read at every scrape, and `check`, which it completes.
    void add_to(metrics::AdminServer& server, metrics::HealthCheck check);

private:
    operations::Status poll();

    Settings settings_;
    metrics::Registry registry_;
    metrics::StreamerMetrics streamer_;
    metrics::RetentionMetrics retention_;
    std::optional<operations::StatusPoller>
        poller_;  ///< From the first query on, whose thread alone uses it.
};

}  // namespace contrail::cli
