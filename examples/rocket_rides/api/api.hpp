#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "api/ride_store.hpp"
#include "contrail/http.hpp"
#include "contrail/settings.hpp"

namespace rocket_rides {

/// Rocket Rides' HTTP API: rides go into Postgres, each together with its record.
class Api {
public:
    struct Options {
        /// Name or address of this machine: whoever reaches it may post rides.
        std::string host = "127.0.0.1";
        /// 0 takes any free port.
        std::uint16_t port = 5005;
        RideStore::Options store;
        contrail::http::Limits limits;
        /// Puts something between the server and what answers it. Empty: nothing.
        std::function<contrail::http::Handler(contrail::http::Handler)> watch = {};
    };

    /// Listens; connections wait until run() is called. Throws Error (Retry::never) if the port is taken.
    Api(const contrail::Settings& settings, const Options& options);

    [[nodiscard]] std::uint16_t port() const { return server_.port(); }

    /// Serves until `stop` is requested, then answers what is in hand, for some seconds at the most.
    void run(const std::stop_token& stop);

private:
    boost::asio::io_context context_{1};
    RideStore store_;
    contrail::http::Router router_;
    contrail::http::Server server_;
};

}  // namespace rocket_rides
