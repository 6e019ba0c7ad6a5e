#include "api.hpp"

#include <fmt/format.h>

#include <charconv>
#include <iostream>
#include <memory>
#include <utility>

#include "commands.hpp"
#include "contrail/admin.hpp"
#include "contrail/component_log.hpp"
#include "contrail/http_metrics.hpp"
#include "contrail/http_parameters.hpp"
#include "contrail/run.hpp"
#include "contrail/signals.hpp"
#include "ride.hpp"
#include "rocket_rides_embedded.hpp"

namespace rocket_rides {

using boost::asio::awaitable;
using contrail::http::error_response;
using contrail::http::Halt;
using contrail::http::Method;
using contrail::http::Request;
using contrail::http::Response;
using contrail::http::Status;
using Action = RideRequest::Action;

namespace {

constexpr contrail::ComponentLog api_log("api");

/// How long requests in hand may take after a stop.
constexpr std::chrono::seconds stop_wait_max{5};

double distance_from(const std::string& text, std::string_view parameter) {
    const CheckedDistance distance = parse_distance(text);
    if (const auto* const what = std::get_if<std::string_view>(&distance))
        throw Halt{Status::unprocessable_entity, fmt::format("Parameter '{}' must {}.", parameter, *what)};
    return std::get<double>(distance);
}

Response failure_response(Failure failure) {
    constexpr auto retry_soon = "Retry-After: 1\r\n";
    switch (failure) {
        case Failure::unavailable:
            return error_response(Status::service_unavailable,
                                  "The database is not available. Nothing was done: please try again.",
                                  retry_soon);
        case Failure::overloaded:
            return error_response(Status::service_unavailable,
                                  "Too many requests wait. Nothing was done: please try again.", retry_soon);
        case Failure::in_doubt:
            return {
                Status::service_unavailable,
                R"({"error":"The database was lost during the commit. Perhaps this was done, perhaps not.",)"
                R"("in_doubt":true})"};
        case Failure::missing:
            return error_response(Status::not_found, "There is no such ride.");
        case Failure::overtaken:
            return error_response(
                Status::conflict,
                "Another change of this ride came first, or is being made. Nothing was changed: "
                "get the ride, and decide again.");
        case Failure::refused:
            break;
    }
    return error_response(Status::internal_server_error,
                          "The database refused the request. The service's log says why.");
}

std::optional<double> previous_distance_in(const Request& request) {
    const auto text = contrail::http::query_parameter(request, "previous_distance");
    return text ? std::optional(distance_from(*text, "previous_distance")) : std::nullopt;
}

/// 0, which no ride has, if the path does not name an integer.
std::int64_t id_in(std::string_view path_segment) {
    const char* const end = path_segment.data() + path_segment.size();
    std::int64_t id = 0;
    const auto [parsed_to, error] = std::from_chars(path_segment.data(), end, id);
    return error == std::errc() && parsed_to == end ? id : 0;
}

awaitable<Response> create_ride(RideRequests& rides, const Request& request) {
    const double distance = distance_in(request);
    const RideAnswer ride = co_await rides.ask({.action = Action::create, .distance = distance});
    if (ride.failure) co_return failure_response(*ride.failure);
    co_return Response{
        Status::created,
        fmt::format(R"({{"message":"Payment accepted. Your pilot is on their way! distance={}m"}})",
                    rounded_distance_text(distance)),
        fmt::format("Location: /rides/{}\r\n", ride.id)};
}

awaitable<Response> show_ride(RideRequests& rides, std::int64_t id) {
    RideAnswer ride = co_await rides.ask({.action = Action::show, .id = id});
    if (ride.failure) co_return failure_response(*ride.failure);
    co_return Response{Status::ok, std::move(ride.json)};
}

awaitable<Response> change_ride(RideRequests& rides, std::int64_t id, const Request& request) {
    const auto previous_distance = previous_distance_in(request);
    const double distance = distance_in(request);
    const RideAnswer ride = co_await rides.ask({Action::change, id, distance, previous_distance});
    if (ride.failure) co_return failure_response(*ride.failure);
    co_return Response{Status::ok,
                       fmt::format(R"({{"id":{},"distance":{},"previous_distance":{}}})", id,
                                   distance_text(distance), distance_text(ride.previous_distance))};
}

awaitable<Response> delete_ride(RideRequests& rides, std::int64_t id, const Request& request) {
    const RideAnswer ride = co_await rides.ask({Action::remove, id, 0, previous_distance_in(request)});
    if (ride.failure) co_return failure_response(*ride.failure);
    co_return Response{Status::ok, fmt::format(R"({{"id":{},"previous_distance":{}}})", id,
                                               distance_text(ride.previous_distance))};
}

awaitable<Response> show_health(RideRequests& rides) {
    // No ride has the number 0, so this changes nothing. But Postgres refuses it where it would refuse every
    // ride: the transaction may only read, a right or a table is missing.
    const RideAnswer none = co_await rides.ask({.action = Action::change, .id = 0});
    if (none.failure == Failure::missing || none.failure == Failure::overtaken)
        co_return Response{Status::ok, R"({"status":"ok"})"};
    co_return error_response(Status::service_unavailable, "No ride can be stored.", "Retry-After: 1\r\n");
}

void add_routes(contrail::http::Router& router, RideRequests& rides) {
    router.add(Method::post, "/rides",
               [&rides](const Request& request, std::string_view) { return create_ride(rides, request); });
    router.add(Method::get, "/rides/:id",
               [&rides](const Request&, std::string_view id) { return show_ride(rides, id_in(id)); });
    router.add(Method::patch, "/rides/:id", [&rides](const Request& request, std::string_view id) {
        return change_ride(rides, id_in(id), request);
    });
    router.add(Method::delete_, "/rides/:id", [&rides](const Request& request, std::string_view id) {
        return delete_ride(rides, id_in(id), request);
    });
    router.add(Method::get, "/healthz",
               [&rides](const Request&, std::string_view) { return show_health(rides); });
}

}  // namespace

double distance_in(const Request& request) {
    const auto text = contrail::http::body_parameter(request, "distance");
    if (!text || text->empty())
        throw Halt{Status::unprocessable_entity, "Please specify parameter 'distance'."};
    return distance_from(*text, "distance");
}

Api::Api(const contrail::Settings& settings, const Options& options)
    : store_(settings),
      requests_(store_, options.requests),
      server_(contrail::http::listen(context_, options.host, options.port, "--port or API_PORT"),
              options.wrap ? options.wrap(std::ref(router_)) : contrail::http::Handler(std::ref(router_)),
              options.limits) {
    add_routes(router_, requests_);
}

void Api::run(const std::stop_token& stop) {
    {
        const std::stop_callback interrupt(stop, [this] { context_.stop(); });
        context_.run();
    }
    context_.restart();
    server_.stop();
    context_.run_for(stop_wait_max);
}

namespace {

int serve(contrail::Settings settings, Api::Options options, const contrail::AdminOptions& admin_options) {
    const auto stop = contrail::stop_on_signals();
    contrail::HttpMetrics metrics("rocket_rides_api", settings.stream_name);
    options.wrap = [&metrics](contrail::http::Handler handler) { return metrics.wrap(std::move(handler)); };
    Api api(settings, options);
    api_log.info("listening on {host}, port {port}", {{"host", options.host}, {"port", api.port()}});
    settings.log_url.clear();  // the API works without Redis
    contrail::Admin admin(settings, admin_options);
    metrics.add_to(admin, "api", [&api]() -> std::optional<std::string> {
        if (api.has_database()) return std::nullopt;
        return "The database is away.";
    });
    admin.serve();
    api.run(stop);
    api_log.info("stopped");
    return contrail::exit_success;
}

}  // namespace

void add_api_command(contrail::Program& program) {
    struct Options {
        Api::Options api;
        contrail::AdminOptions admin;
    };
    const auto options = std::make_shared<Options>();
    CLI::App* const command = program.command("api", "Take rides over HTTP", [&program, options] {
        return serve(program.require_database(), options->api, options->admin);
    });
    command->add_option("--host", options->api.host, "Name or address to listen on")->capture_default_str();
    command->add_option("--port", options->api.port, "Port to listen on; 0: any free one")
        ->envname("API_PORT")
        ->capture_default_str();
    contrail::add_flags(*command, options->admin);
}

void migrate(const contrail::Settings& settings) {
    contrail::migrate_postgres(settings);
    // In turn, because CREATE TABLE IF NOT EXISTS fails if two programs run it at once. The lock is any
    // number that no other program takes: the bytes of "rockets".
    const std::string in_turn = "SELECT pg_advisory_xact_lock(32210620139271283);\n";
    contrail::PostgresSession(settings, "migrate")
        .execute(in_turn + std::string(embedded_files.front().text));
}

void add_migrate_command(contrail::Program& program) {
    program.command("migrate", "Make Rocket Rides' tables, and Contrail's", [&program] {
        migrate(program.require_database());
        std::cout << "up to date\n";
        return contrail::exit_success;
    });
}

}  // namespace rocket_rides
