#include "api/api_metrics.hpp"

#include <string>

#include "metrics/stopwatch.hpp"

namespace rocket_rides {

using contrail::http::Method;
using contrail::http::Request;
using contrail::http::Response;
using contrail::http::Status;

/// Counts a request from when it came until it was answered or failed.
class ApiMetrics::InFlight {
public:
    explicit InFlight(contrail::metrics::Gauge& gauge) : gauge_(gauge) { gauge_.Increment(); }
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;
    ~InFlight() { gauge_.Decrement(); }

private:
    contrail::metrics::Gauge& gauge_;
};

ApiMetrics::ApiMetrics(contrail::metrics::Registry& registry, contrail::Clock& clock)
    : registry_(registry),
      watchdog_(clock),
      in_flight_(registry.gauge("rocket_rides_api_requests_in_flight", "Requests that wait for an answer.")),
      seconds_(registry.histogram("rocket_rides_api_request_seconds",
                                  "From a request's last byte to its answer. Monotonic clock of the API.")) {}

contrail::http::Handler ApiMetrics::watched(contrail::http::Handler handler) {
    handler_ = std::move(handler);
    return [this](const Request& request) { return answer(request); };
}

boost::asio::awaitable<Response> ApiMetrics::answer(const Request& request) {
    const InFlight in_flight(in_flight_);
    const contrail::metrics::Stopwatch came;
    watchdog_.expect();
    Response response = co_await handler_(request);
    seconds_.Observe(came.seconds());
    answered(request.method(), response.status);
    co_return response;
}

void ApiMetrics::answered(Method method, Status status) {
    contrail::metrics::Counter*& counter = requests_[{method, status}];
    if (counter == nullptr)
        counter = &registry_.counter("rocket_rides_api_requests_total", "Requests that were answered.",
                                     {{"method", std::string(boost::beast::http::to_string(method))},
                                      {"status", std::to_string(static_cast<unsigned>(status))}});
    counter->Increment();
    if (status == Status::service_unavailable) {
        watchdog_.failed("the API answered 503");
    } else if (in_flight_.Value() > 1) {
        watchdog_.moved();
    } else {
        watchdog_.rest();
    }
}

contrail::metrics::HealthCheck ApiMetrics::health_check(const contrail::metrics::Source& database) {
    const auto waiting = [this, probe = database.probe]() -> std::optional<std::string> {
        const auto in_flight = static_cast<int>(in_flight_.Value());
        if (in_flight > 0) return "Requests that wait: " + std::to_string(in_flight) + '.';
        probe();
        return std::nullopt;
    };
    return {.name = "api", .watchdog = &watchdog_, .waiting = waiting, .source = database.name};
}

}  // namespace rocket_rides
