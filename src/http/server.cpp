#include "contrail/http.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/errc.hpp>
#include <chrono>
#include <cstddef>
#include <exception>
#include <utility>

#include "contrail/component_log.hpp"
#include "http/session.hpp"

namespace contrail::http {

namespace asio = boost::asio;
using asio::redirect_error;
using asio::use_awaitable;

namespace {

/// How exactly waits are limited. Four wake-ups a second are nothing, and no client minds the difference.
constexpr std::chrono::milliseconds watch_period{250};

/// The same while the server stops and a caller waits for that.
constexpr std::chrono::milliseconds stopping_watch_period{20};

/// Pauses after a connection could not be accepted, for want of descriptors or memory: the second is twice as
/// long as the first, and so on. Only the end of what uses them helps.
constexpr std::chrono::milliseconds accept_pause_min{100};
constexpr std::chrono::milliseconds accept_pause_max{2'000};

/// Pause while all connections are being answered, and no more may be open.
constexpr std::chrono::milliseconds full_pause{20};

/// Descriptors that are left to the process's own work: servers, its log, other ports.
constexpr std::size_t descriptors_reserved = 128;

/// What Limits::connections_max stands for.
std::size_t connections_max(std::size_t limit) {
    if (limit > 0) return limit;
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return descriptors_reserved;
    const std::size_t open_max = files.rlim_cur;
    return open_max > 2 * descriptors_reserved ? open_max - descriptors_reserved : open_max / 2;
}

bool is_on_loopback(const asio::ip::tcp::acceptor& acceptor) {
    boost::system::error_code error;
    const auto endpoint = acceptor.local_endpoint(error);
    return !error && endpoint.address().is_loopback();
}

void log_accept_failure(const boost::system::error_code& error) {
    const bool lacks_descriptors = error == boost::system::errc::too_many_files_open ||
                                   error == boost::system::errc::too_many_files_open_in_system;
    ComponentLog("http").error(
        "Cannot accept a connection: {error} (errno {errno}). The server tries again until it can.{advice}",
        {{"error", error.message()},
         {"errno", error.value()},
         {"advice",
          lacks_descriptors ? " Raise the limit of open files: ulimit -n, or LimitNOFILE= of a unit." : ""}});
}

}  // namespace

Server::Server(asio::ip::tcp::acceptor acceptor, Handler handler, Limits limits)
    : acceptor_(std::move(acceptor)),
      handler_(std::move(handler)),
      limits_(limits),
      on_loopback_(is_on_loopback(acceptor_)),
      watch_timer_(acceptor_.get_executor()) {
    limits_.connections_max = connections_max(limits.connections_max);
    co_spawn(acceptor_.get_executor(), accept(), asio::detached);
    co_spawn(acceptor_.get_executor(), watch(), asio::detached);
}

void Server::stop() {
    stopping_ = true;
    acceptor_.close();
    for (const auto& session : sessions_) session->stop();
    watch_timer_.cancel();
}

asio::awaitable<void> Server::accept() {
    auto retry_pause = accept_pause_min;
    while (!stopping_) {
        if (is_full() && longest_waiting() == sessions_.end()) {
            co_await pause(full_pause);
            continue;
        }
        boost::system::error_code error;
        auto socket = co_await acceptor_.async_accept(redirect_error(use_awaitable, error));
        if (stopping_) break;
        if (!error) {
            if (retry_pause > accept_pause_min) ComponentLog("http").info("accepting connections again");
            retry_pause = accept_pause_min;
            if (is_full()) drop_longest_waiting();
            begin(std::move(socket));
            continue;
        }
        // Once: a line for each attempt would bury what else the log says.
        if (retry_pause == accept_pause_min) log_accept_failure(error);
        drop_longest_waiting();
        co_await pause(retry_pause);
        retry_pause = std::min(2 * retry_pause, accept_pause_max);
    }
}

asio::awaitable<void> Server::pause(std::chrono::milliseconds time) {
    asio::steady_timer timer(acceptor_.get_executor(), time);
    co_await timer.async_wait(use_awaitable);
}

bool Server::is_full() const {
    return sessions_.size() >= limits_.connections_max;
}

Server::Sessions::iterator Server::longest_waiting() {
    const auto since = [](const auto& session) { return session->waits_since(); };
    const auto longest = std::ranges::min_element(sessions_, {}, since);
    const bool waits = longest != sessions_.end() && since(*longest) != Session::Clock::time_point::max();
    return waits ? longest : sessions_.end();
}

void Server::drop_longest_waiting() {
    const auto longest = longest_waiting();
    if (longest == sessions_.end()) return;
    (*longest)->drop();
    sessions_.erase(longest);  // its coroutine keeps it until it has noticed
}

asio::awaitable<void> Server::watch() {
    while (!stopping_ || !sessions_.empty()) {
        const auto now = Session::Clock::now();
        for (const auto& session : sessions_) session->expire(now);
        watch_timer_.expires_after(stopping_ ? stopping_watch_period : watch_period);
        boost::system::error_code cancelled;
        co_await watch_timer_.async_wait(redirect_error(use_awaitable, cancelled));
    }
}

void Server::begin(asio::ip::tcp::socket socket) {
    auto session = std::make_shared<Session>(std::move(socket), handler_, limits_, on_loopback_);
    sessions_.insert(session);
    co_spawn(acceptor_.get_executor(), session->run(), [this, session](const std::exception_ptr& failure) {
        end(session);
        if (failure) std::rethrow_exception(failure);
    });
}

void Server::end(const std::shared_ptr<Session>& session) {
    sessions_.erase(session);
    if (stopping_ && sessions_.empty()) watch_timer_.cancel();
}

}  // namespace contrail::http
