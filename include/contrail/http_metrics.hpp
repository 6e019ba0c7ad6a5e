#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "contrail/admin.hpp"
#include "contrail/http.hpp"

namespace contrail {

/// Counts and times the requests of an http::Server, and watches that none waits in vain:
///   <prefix>_requests_total      answered, by method and status
///   <prefix>_requests_in_flight  that wait for an answer
///   <prefix>_request_seconds     from a request's last byte to its answer; a histogram
///
///     contrail::HttpMetrics metrics("shop_api", settings.stream_name);
///     http::Server server(std::move(acceptor), metrics.wrap(std::ref(router)));
///     metrics.add_to(admin, "api");
///
/// Needs contrail::admin and contrail::http to be linked.
/// Lifetime  Must outlive the server and the Admin.
/// Threads   The handler and all calls on the thread of the server; the Admin reads from its own.
class HttpMetrics {
public:
    /// `stream` is the label `stream` of every metric.
    HttpMetrics(const std::string& prefix, const std::string& stream);
    ~HttpMetrics();
    HttpMetrics(const HttpMetrics&) = delete;
    HttpMetrics& operator=(const HttpMetrics&) = delete;

    /// Wraps what answers requests. Call add_to() before the first request.
    http::Handler wrap(http::Handler handler);

    /// Serves the metrics, and adds a health check of this name: it fails when requests wait and none is
    /// answered, or all with 503. `unavailable` is called on the Admin's thread when no request waits, and
    /// returns what keeps the service from answering, if anything does. Call it before Admin::serve().
    void add_to(Admin& admin, const std::string& name,
                std::function<std::optional<std::string>()> unavailable = {});

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace contrail
