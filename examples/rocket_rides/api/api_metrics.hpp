#pragma once

#include <cstddef>
#include <map>
#include <utility>

#include "contrail/http.hpp"
#include "metrics/admin_server.hpp"

namespace rocket_rides {

/// Counts what the API is asked and answers, and watches that requests do not wait in vain.
///
/// Lifetime  Must outlive the server that calls its handler.
/// Threads   Told on the API's thread, read on any.
class ApiMetrics {
public:
    ApiMetrics(contrail::metrics::Registry& registry, contrail::Clock& clock);

    /// `handler`, listened in on.
    contrail::http::Handler watched(contrail::http::Handler handler);

    /// To answer requests. It stands still while some wait, or were refused for want of the database, and
    /// none is answered. `database` tells whether it is there again when nobody asks any more.
    contrail::metrics::HealthCheck health_check(const contrail::metrics::Source& database);

private:
    using Key = std::pair<contrail::http::Method, contrail::http::Status>;
    class InFlight;

    boost::asio::awaitable<contrail::http::Response> answer(const contrail::http::Request& request);
    void answered(contrail::http::Method method, contrail::http::Status status);

    contrail::http::Handler handler_;
    contrail::metrics::Registry& registry_;
    contrail::Watchdog watchdog_;
    std::map<Key, contrail::metrics::Counter*> requests_;
    contrail::metrics::Gauge& in_flight_;
    contrail::metrics::Histogram& seconds_;
};

}  // namespace rocket_rides
