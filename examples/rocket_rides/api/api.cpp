#include "api/api.hpp"

#include <chrono>
#include <utility>

#include "api/ride_routes.hpp"
#include "contrail/http.hpp"

namespace rocket_rides {

namespace {

/// How long requests in hand are waited for after a stop.
constexpr std::chrono::seconds stop_wait_max{5};

contrail::http::Handler watched(const Api::Options& options, contrail::http::Handler handler) {
    return options.watch ? options.watch(std::move(handler)) : handler;
}

}  // namespace

Api::Api(const contrail::Settings& settings, const Options& options)
    : store_(settings, options.store),
      router_(ride_routes(store_)),
      server_(contrail::http::listen(context_, options.host, options.port, "--port or API_PORT"),
              watched(options, [this](const contrail::http::Request& request) { return router_(request); }),
              options.limits) {}

void Api::run(const std::stop_token& stop) {
    {
        const std::stop_callback interrupt(stop, [this] { context_.stop(); });
        context_.run();
    }
    context_.restart();
    server_.stop();
    context_.run_for(stop_wait_max);
}

}  // namespace rocket_rides
