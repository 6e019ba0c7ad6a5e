#include "bench/load/generator.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace contrail::load {

namespace asio = boost::asio;
using asio::redirect_error;
using asio::use_awaitable;

namespace {

/// Pauses between attempts at one request. Short, because the API answers 503 at once and cheaply.
constexpr RetryPolicy retry{.wait_min = std::chrono::milliseconds(50),
                            .wait_max = std::chrono::milliseconds(1'000)};

/// How often it shows progress and abandons late answers.
constexpr std::chrono::milliseconds watch_period{100};

/// How long it waits for outstanding answers after a stop.
constexpr std::chrono::seconds stop_wait_max{5};

}  // namespace

Generator::Generator(ApiAddress address, Traffic& traffic, Pace pace, ProgressBar& progress, Options options)
    : address_(std::move(address)),
      traffic_(traffic),
      pace_(std::move(pace)),
      progress_(progress),
      options_(std::move(options)),
      ledger_([this](std::string_view line) { progress_.say(line); }, options.show_answers) {}

Tally Generator::run(const std::stop_token& stop) {
    begin();
    {
        const std::stop_callback interrupt(stop, [this] { context_.stop(); });
        context_.run();
    }
    if (stop.stop_requested()) {
        context_.restart();
        this->stop();
        context_.run_for(stop_wait_max);
        ledger_.give_up(in_flight_);
    }
    progress_.update(ledger_.tally(), Clock::now() - began_);
    if (failure_) std::rethrow_exception(failure_);
    return ledger_.tally();
}

void Generator::begin() {
    began_ = Clock::now();
    working_ = options_.connections;
    for (std::size_t i = 0; i < options_.connections; ++i) {
        auto& worker = workers_.emplace_back(
            std::make_unique<Worker>(Worker{.connection = {context_.get_executor(), address_},
                                            .pause = asio::steady_timer(context_),
                                            .backoff = Backoff(retry)}));
        co_spawn(context_, work(*worker), [this](const std::exception_ptr& failure) { end(failure); });
    }
    co_spawn(context_, watch(), asio::detached);
}

void Generator::stop() {
    stopping_ = true;
    for (const auto& worker : workers_) worker->pause.cancel();
}

void Generator::end(const std::exception_ptr& failure) {
    if (failure) {
        failure_ = failure;
        stop();
    }
    if (--working_ == 0) watch_timer_.cancel();
}

asio::awaitable<void> Generator::work(Worker& worker) {
    while (!stopping_) {
        const auto request = traffic_.next();
        if (!request) break;
        const auto now = Clock::now();
        if (const auto due = pace_(now); due > now) co_await wait_until(worker, due);
        co_await settle(worker, *request);
    }
}

asio::awaitable<void> Generator::settle(Worker& worker, const RideRequest& request) {
    while (!stopping_) {
        ++in_flight_;
        const Answer answer = co_await worker.connection.send(request);
        --in_flight_;
        if (options_.on_answer) options_.on_answer(request, answer);
        const Fate fate = ledger_.enter(request.action, answer);
        if (fate != Fate::not_taken) {
            traffic_.settle(request, answer, fate);
            worker.backoff.reset();
            co_return;
        }
        co_await wait_until(worker, Clock::now() + worker.backoff.next());
    }
}

asio::awaitable<void> Generator::wait_until(Worker& worker, Clock::time_point time) {
    boost::system::error_code cancelled;
    worker.pause.expires_at(time);
    co_await worker.pause.async_wait(redirect_error(use_awaitable, cancelled));
}

asio::awaitable<void> Generator::watch() {
    while (working_ > 0) {
        const auto now = Clock::now();
        for (const auto& worker : workers_) worker->connection.expire(now);
        progress_.update(ledger_.tally(), now - began_);
        boost::system::error_code cancelled;
        watch_timer_.expires_after(watch_period);
        co_await watch_timer_.async_wait(redirect_error(use_awaitable, cancelled));
    }
}

}  // namespace contrail::load
