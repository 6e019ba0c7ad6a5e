#pragma once

#include <optional>

#include "cli/stream_admin.hpp"
#include "contrail/admin.hpp"
#include "metrics/admin_server.hpp"

namespace contrail::cli {

/// What a streamer's process tells of itself over HTTP, and of log, outbox and consumers besides: those are
/// read when a client asks.
class StreamerAdmin {
public:
    /// As Admin::Admin().
    StreamerAdmin(const Settings& settings, const AdminOptions& options);

    metrics::StreamerMetrics& streamer() { return stream_.streamer(); }
    metrics::RetentionMetrics& retention() { return stream_.retention(); }

    StreamAdmin& stream() { return stream_; }
    void serve() { server_.serve(); }
    [[nodiscard]] std::optional<std::uint16_t> port() const { return server_.port(); }

private:
    StreamAdmin stream_;
    metrics::AdminServer server_;  // last, so that it ends before what it asks
};

}  // namespace contrail::cli
