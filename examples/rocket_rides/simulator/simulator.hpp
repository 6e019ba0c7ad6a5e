#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "core/backoff.hpp"
#include "simulator/api_address.hpp"
#include "simulator/api_connection.hpp"
#include "simulator/ledger.hpp"
#include "simulator/pace.hpp"
#include "simulator/progress.hpp"
#include "simulator/ride_source.hpp"

namespace rocket_rides {

/// Posts rides to the API, each exactly once.
///
/// A ride that the API has not taken for certain (503, no connection) is posted again after a pause. One
/// that was sent and not answered is not: it is counted as in doubt.
///
/// Threads  One object, one run().
class Simulator {
public:
    struct Options {
        /// Connections, and so rides on their way at once. 1 or more.
        std::size_t connections = 1;
        /// Say what the API answered to every ride.
        bool show_answers = false;
        /// Told what came of every attempt to post a ride, on the thread of run(). Empty: nobody is.
        std::function<void(double distance, const Answer& answer)> witness = {};
    };

    /// `source` and `progress` must outlive the simulator.
    Simulator(ApiAddress address, RideSource& source, Pace pace, Progress& progress, Options options);

    /// Posts all rides, or as many as are answered until a few seconds after `stop` is requested. Returns
    /// what became of them. Throws what `source` throws, once the rides on their way were answered.
    Tally run(const std::stop_token& stop);

private:
    using Clock = std::chrono::steady_clock;

    /// One connection, and the pause that its ride makes.
    struct Worker {
        ApiConnection connection;
        boost::asio::steady_timer pause;
        contrail::Backoff backoff;
    };

    void begin();
    void stop();
    void end(const std::exception_ptr& failure);
    boost::asio::awaitable<void> work(Worker& worker);
    boost::asio::awaitable<void> settle(Worker& worker, double distance);
    boost::asio::awaitable<void> wait_until(Worker& worker, Clock::time_point time);
    boost::asio::awaitable<void> watch();

    ApiAddress address_;
    RideSource& source_;
    Pace pace_;
    Progress& progress_;
    Options options_;

    boost::asio::io_context context_{1};
    boost::asio::steady_timer watch_timer_{context_};
    std::vector<std::unique_ptr<Worker>> workers_;
    Ledger ledger_;
    Clock::time_point began_;
    std::size_t working_ = 0;    ///< Workers that have not ended.
    std::size_t in_flight_ = 0;  ///< Rides sent, or being sent, and not answered.
    bool stopping_ = false;
    std::exception_ptr failure_;
};

}  // namespace rocket_rides
