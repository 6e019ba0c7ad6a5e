#pragma once

#include <memory>
#include <optional>

#include "contrail/admin.hpp"
#include "metrics/admin_server.hpp"
#include "metrics/retention_metrics.hpp"
#include "metrics/streamer_metrics.hpp"
#include "operations/status/status_poller.hpp"

namespace contrail::cli {

/// What a streamer's process tells of itself over HTTP, and of log, outbox and consumers besides: those are
/// read when a client asks.
class StreamerAdmin {
public:
    /// As Admin::Admin().
    StreamerAdmin(const Settings& settings, const AdminOptions& options);

    metrics::StreamerMetrics& streamer() { return streamer_; }
    metrics::RetentionMetrics& retention() { return retention_; }

    void serve() { server_.serve(); }
    [[nodiscard]] std::optional<std::uint16_t> port() const { return server_.port(); }

private:
    metrics::Registry registry_;
    metrics::StreamerMetrics streamer_;
    metrics::RetentionMetrics retention_;
    operations::StatusPoller poller_;
    metrics::AdminServer server_;  // last, so that it ends before what it asks
};

}  // namespace contrail::cli
