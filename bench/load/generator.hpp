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

#include "bench/load/api_address.hpp"
#include "bench/load/api_connection.hpp"
#include "bench/load/ledger.hpp"
#include "bench/load/pace.hpp"
#include "bench/load/progress_bar.hpp"
#include "bench/load/traffic.hpp"
#include "core/backoff.hpp"

namespace contrail::load {

/// Sends requests to the API, over several connections, so that each is done at most once.
///
/// It repeats, after a pause, a request that the API certainly has not accepted (503, no connection). It does
/// not repeat one that was sent and not answered: that one counts as in doubt.
///
/// Threads  One object, one run().
class Generator {
public:
    struct Options {
        /// Connections, each with one request at a time. At least 1.
        std::size_t connections = 1;
        /// Print each of the API's answers.
        bool show_answers = false;
        /// Called with the result of every attempt at a request, on the thread of run(). May be empty.
        std::function<void(const RideRequest& request, const Answer& answer)> on_answer = {};
    };

    /// `traffic` and `progress` must outlive the generator.
    Generator(ApiAddress address, Traffic& traffic, Pace pace, ProgressBar& progress, Options options);

    /// Sends all requests, until `stop` is requested; then waits a few seconds for outstanding answers.
    /// Returns the fates of the requests. Throws what `traffic` throws, after the outstanding answers.
    Tally run(const std::stop_token& stop);

private:
    using Clock = std::chrono::steady_clock;

    /// One connection, and the pause before its next attempt.
    struct Worker {
        ApiConnection connection;
        boost::asio::steady_timer pause;
        Backoff backoff;
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
    ProgressBar& progress_;
    Options options_;

    boost::asio::io_context context_{1};
    boost::asio::steady_timer watch_timer_{context_};
    std::vector<std::unique_ptr<Worker>> workers_;
    Ledger ledger_;
    Clock::time_point began_;
    std::size_t working_ = 0;    ///< Workers that still run.
    std::size_t in_flight_ = 0;  ///< Requests that await an answer.
    bool stopping_ = false;
    std::exception_ptr failure_;
};

}  // namespace contrail::load
