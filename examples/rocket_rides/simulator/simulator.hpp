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
#include "simulator/traffic.hpp"

namespace rocket_rides {

/// Makes requests of the API, each exactly once.
///
/// One that the API has not taken for certain (503, no connection) is sent again after a pause. One that was
/// sent and not answered is not: it is counted as in doubt.
///
/// Threads  One object, one run().
class Simulator {
public:
    struct Options {
        /// Connections, and so requests on their way at once. 1 or more.
        std::size_t connections = 1;
        /// Say what the API answered to every request.
        bool show_answers = false;
        /// Told what came of every attempt at a request, on the thread of run(). Empty: nobody is.
        std::function<void(const RideRequest& request, const Answer& answer)> witness = {};
    };

    /// `traffic` and `progress` must outlive the simulator.
    Simulator(ApiAddress address, Traffic& traffic, Pace pace, Progress& progress, Options options);

    /// Makes all requests, or as many as are answered until a few seconds after `stop` is requested. Returns
    /// what became of them. Throws what `traffic` throws, once the requests on their way were answered.
    Tally run(const std::stop_token& stop);

private:
    using Clock = std::chrono::steady_clock;

    /// One connection, and the pause that its request makes.
    struct Worker {
        ApiConnection connection;
        boost::asio::steady_timer pause;
        contrail::Backoff backoff;
    };

    void begin();
    void stop();
    void end(const std::exception_ptr& failure);
    boost::asio::awaitable<void> work(Worker& worker);
    boost::asio::awaitable<void> settle(Worker& worker, const RideRequest& request);
    boost::asio::awaitable<void> wait_until(Worker& worker, Clock::time_point time);
    boost::asio::awaitable<void> watch();

    ApiAddress address_;
    Traffic& traffic_;
    Pace pace_;
    Progress& progress_;
    Options options_;

    boost::asio::io_context context_{1};
    boost::asio::steady_timer watch_timer_{context_};
    std::vector<std::unique_ptr<Worker>> workers_;
    Ledger ledger_;
    Clock::time_point began_;
    std::size_t working_ = 0;    ///< Workers that have not ended.
    std::size_t in_flight_ = 0;  ///< Requests sent, or being sent, and not answered.
    bool stopping_ = false;
    std::exception_ptr failure_;
};

}  // namespace rocket_rides
