#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "contrail/http.hpp"
#include "contrail/settings.hpp"
#include "ride_store.hpp"

namespace rocket_rides {

/// The parameter `distance` of a request's body, in metres. Throws contrail::http::Halt.
double distance_in(const contrail::http::Request& request);

/// Rides over HTTP:
///
///     POST   /rides      201 and `Location`, once the ride is stored
///     GET    /rides/:id  200 with the ride
///     PATCH  /rides/:id  200 with its distance and the previous one, once the ride is changed
///     DELETE /rides/:id  200 with its previous distance, once the ride is deleted
///     GET    /healthz    200 if rides can be stored and read
///
/// PATCH and DELETE with `?previous_distance=` are done only if the ride has this distance until then. The
/// answers 400 to 409: the request is wrong, there is no such ride (404), another change came first (409).
/// 503: Postgres is away, or too many requests wait. All these mean that nothing was done; except a 503 with
/// `"in_doubt":true`, after which a client that repeats its request may have the ride twice.
class Api {
public:
    struct Options {
        /// Name or address of this machine. Who can reach it, can post rides.
        std::string host = "127.0.0.1";
        std::uint16_t port = 5005;  ///< 0 takes any free one.
        RideRequests::Options requests{.log = contrail::ComponentLog("api")};
        contrail::http::Limits limits;
        /// Wraps what answers a request, to measure it. May be empty.
        std::function<contrail::http::Handler(contrail::http::Handler)> wrap = {};
    };

    /// Listens; clients wait until run(). Throws contrail::Error.
    Api(const contrail::Settings& settings, const Options& options);

    [[nodiscard]] std::uint16_t port() const { return server_.port(); }
    [[nodiscard]] bool has_database() { return requests_.is_open(); }

    /// Serves until `stop` is requested, then takes some seconds at most to answer what it has received.
    void run(const std::stop_token& stop);

private:
    boost::asio::io_context context_{1};
    RideStore store_;
    RideRequests requests_;
    contrail::http::Router router_;
    contrail::http::Server server_;
};

}  // namespace rocket_rides
