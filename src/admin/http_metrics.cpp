#include "contrail/http_metrics.hpp"

#include <fmt/format.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <chrono>
#include <map>
#include <utility>
#include <vector>

namespace contrail {

using boost::asio::awaitable;

struct HttpMetrics::Parts {
    Parts(const std::string& prefix, std::string stream_label)
        : stream(std::move(stream_label)),
          requests(prometheus::BuildCounter()
                       .Name(prefix + "_requests_total")
                       .Help("Requests that were answered.")
                       .Register(registry)),
          in_flight(prometheus::BuildGauge()
                        .Name(prefix + "_requests_in_flight")
                        .Help("Requests that wait for an answer.")
                        .Register(registry)
                        .Add({{"stream", stream}})),
          seconds(
              prometheus::BuildHistogram()
                  .Name(prefix + "_request_seconds")
                  .Help("From a request's last byte to its answer. Monotonic clock of the API.")
                  .Register(registry)
                  .Add({{"stream", stream}}, std::vector<double>{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                                 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10})) {}

    awaitable<http::Response> measure(const http::Handler& handler, const http::Request& request) {
        const auto began = std::chrono::steady_clock::now();
        in_flight.Increment();
        watchdog->expect();
        http::Response response = co_await handler(request);
        in_flight.Decrement();
        seconds.Observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
        count(request.method(), response.status);
        if (response.status == http::Status::service_unavailable)
            watchdog->failed("a request was answered with 503");
        else if (in_flight.Value() > 0)
            watchdog->moved();
        else
            watchdog->rest();
        co_return response;
    }

    void count(http::Method method, http::Status status) {
        prometheus::Counter*& counter = counters[{method, status}];
        if (counter == nullptr)
            counter = &requests.Add({{"stream", stream},
                                     {"method", std::string(boost::beast::http::to_string(method))},
                                     {"status", std::to_string(static_cast<unsigned>(status))}});
        counter->Increment();
    }

    std::string stream;
    prometheus::Registry registry;
    prometheus::Family<prometheus::Counter>& requests;
    prometheus::Gauge& in_flight;
    prometheus::Histogram& seconds;
    std::map<std::pair<http::Method, http::Status>, prometheus::Counter*> counters;
    Watchdog* watchdog = nullptr;
};

HttpMetrics::HttpMetrics(const std::string& prefix, const std::string& stream)
    : parts_(std::make_unique<Parts>(prefix, stream)) {}

HttpMetrics::~HttpMetrics() = default;

http::Handler HttpMetrics::wrap(http::Handler handler) {
    return [parts = parts_.get(), handler = std::move(handler)](const http::Request& request) {
        return parts->measure(handler, request);
    };
}

void HttpMetrics::add_to(Admin& admin, const std::string& name,
                         std::function<std::optional<std::string>()> unavailable) {
    admin.add(parts_->registry);
    const auto waiting = [&in_flight = parts_->in_flight,
                          unavailable = std::move(unavailable)]() -> std::optional<std::string> {
        if (in_flight.Value() > 0) return fmt::format("Requests that wait: {:.0f}.", in_flight.Value());
        return unavailable ? unavailable() : std::nullopt;
    };
    parts_->watchdog = &admin.watch(name, waiting);
}

}  // namespace contrail
