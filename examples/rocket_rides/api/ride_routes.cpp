#include "api/ride_routes.hpp"

#include <fmt/format.h>

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/field.hpp>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "api/distance_parameter.hpp"
#include "distance/distance.hpp"

namespace rocket_rides {

namespace {

using boost::asio::awaitable;
using contrail::http::error_response;
using contrail::http::Method;
using contrail::http::Request;
using contrail::http::Response;
using contrail::http::Status;

constexpr auto retry_soon = "Retry-After: 1\r\n";

Response failure_response(StoreFailure failure) {
    switch (failure) {
        case StoreFailure::unavailable:
            return error_response(Status::service_unavailable,
                                  "The database is not available. Nothing was stored: please try again.",
                                  retry_soon);
        case StoreFailure::overloaded:
            return error_response(Status::service_unavailable,
                                  "Too many requests are waiting. Nothing was stored: please try again.",
                                  retry_soon);
        case StoreFailure::in_doubt:
            return {
                Status::service_unavailable,
                R"({"error":"The database was lost during the commit. It is not known whether this was done.",)"
                R"("in_doubt":true})"};
        case StoreFailure::missing:
            return error_response(Status::not_found, "There is no such ride.");
        case StoreFailure::overtaken:
            return error_response(Status::conflict,
                                  "Another change of this ride came first, or is being made. Nothing was "
                                  "changed: look at the ride, and decide again.");
        case StoreFailure::refused:
            break;
    }
    return error_response(Status::internal_server_error,
                          "The database refused the request. The service's log says why.");
}

Response accepted_response(std::int64_t id, double distance) {
    return {Status::created,
            fmt::format(R"({{"message":"Payment accepted. Your pilot is on their way! distance={}m"}})",
                        rounded_distance_text(distance)),
            fmt::format("Location: /rides/{}\r\n", id)};
}

Response changed_response(const WantedChange& change, double previous_distance) {
    if (!change.distance)
        return {Status::ok, fmt::format(R"({{"id":{},"previous_distance":{}}})", change.id,
                                        distance_text(previous_distance))};
    return {Status::ok, fmt::format(R"({{"id":{},"distance":{},"previous_distance":{}}})", change.id,
                                    distance_text(*change.distance), distance_text(previous_distance))};
}

std::string_view content_type(const Request& request) {
    const auto value = request[boost::beast::http::field::content_type];
    return {value.data(), value.size()};
}

std::string_view query(const Request& request) {
    const std::string_view target(request.target().data(), request.target().size());
    const auto mark = target.find('?');
    return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
}

Response refusal_response(const Refusal& refusal) {
    return error_response(refusal.status, refusal.message);
}

awaitable<Response> create_ride(RideStore& store, const Request& request) {
    const auto parameter = distance_parameter(content_type(request), request.body());
    if (const auto* refusal = std::get_if<Refusal>(&parameter)) co_return refusal_response(*refusal);
    const double distance = std::get<double>(parameter);
    const auto stored = co_await store.create(distance);
    if (const auto* failure = std::get_if<StoreFailure>(&stored)) co_return failure_response(*failure);
    co_return accepted_response(std::get<std::int64_t>(stored), distance);
}

std::optional<std::int64_t> parse_id(std::string_view text) {
    const char* const end = text.data() + text.size();
    std::int64_t id = 0;
    const auto [parsed_to, error] = std::from_chars(text.data(), end, id);
    return error == std::errc() && parsed_to == end ? std::optional(id) : std::nullopt;
}

/// `distance`: what the ride is to have, nothing if it is to be deleted.
awaitable<Response> change(RideStore& store, const Request& request, std::string_view id_text,
                           std::optional<double> distance) {
    const auto previous_distance = previous_distance_parameter(query(request));
    if (const auto* refusal = std::get_if<Refusal>(&previous_distance)) co_return refusal_response(*refusal);
    const auto id = parse_id(id_text);
    if (!id) co_return failure_response(StoreFailure::missing);
    const WantedChange wanted{*id, distance, std::get<std::optional<double>>(previous_distance)};
    const auto changed = co_await store.change(wanted);
    if (const auto* failure = std::get_if<StoreFailure>(&changed)) co_return failure_response(*failure);
    co_return changed_response(wanted, std::get<double>(changed));
}

awaitable<Response> change_ride(RideStore& store, const Request& request, std::string_view id) {
    const auto parameter = distance_parameter(content_type(request), request.body());
    if (const auto* refusal = std::get_if<Refusal>(&parameter)) co_return refusal_response(*refusal);
    co_return co_await change(store, request, id, std::get<double>(parameter));
}

awaitable<Response> delete_ride(RideStore& store, const Request& request, std::string_view id) {
    return change(store, request, id, std::nullopt);
}

awaitable<Response> show_ride(RideStore& store, std::string_view id_text) {
    const auto id = parse_id(id_text);
    if (!id) co_return failure_response(StoreFailure::missing);
    auto found = co_await store.find(*id);
    if (const auto* failure = std::get_if<StoreFailure>(&found)) co_return failure_response(*failure);
    auto& ride = std::get<std::optional<std::string>>(found);
    co_return ride ? Response{Status::ok, std::move(*ride)} : failure_response(StoreFailure::missing);
}

awaitable<Response> show_health(RideStore& store) {
    // No ride has the number 0: this asks whether the table can be read.
    const auto found = co_await store.find(0);
    if (!std::holds_alternative<StoreFailure>(found)) co_return Response{Status::ok, R"({"status":"ok"})"};
    co_return error_response(Status::service_unavailable, "The database is not available.", retry_soon);
}

}  // namespace

contrail::http::Router ride_routes(RideStore& store) {
    contrail::http::Router router;
    router.add(Method::post, "/rides",
               [&store](const Request& request, std::string_view) { return create_ride(store, request); });
    router.add(Method::get, "/rides/:id",
               [&store](const Request&, std::string_view id) { return show_ride(store, id); });
    router.add(Method::patch, "/rides/:id", [&store](const Request& request, std::string_view id) {
        return change_ride(store, request, id);
    });
    router.add(Method::delete_, "/rides/:id", [&store](const Request& request, std::string_view id) {
        return delete_ride(store, request, id);
    });
    router.add(Method::get, "/healthz",
               [&store](const Request&, std::string_view) { return show_health(store); });
    return router;
}

}  // namespace rocket_rides
