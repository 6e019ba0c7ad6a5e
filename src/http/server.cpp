#include "contrail/http.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
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

/// Pause after a connection could not be accepted, which is for want of descriptors or memory: only the end
/// of another session helps.
constexpr std::chrono::milliseconds accept_pause{100};

}  // namespace

Server::Server(asio::ip::tcp::acceptor acceptor, Handler handler, Limits limits)
    : acceptor_(std::move(acceptor)),
      handler_(std::move(handler)),
      limits_(limits),
      watch_timer_(acceptor_.get_executor()) {
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
    asio::steady_timer pause(acceptor_.get_executor());
    while (!stopping_) {
        boost::system::error_code error;
        auto socket = co_await acceptor_.async_accept(redirect_error(use_awaitable, error));
        if (!error) {
            begin(std::move(socket));
        } else if (!stopping_) {
            ComponentLog("http").error("Cannot accept a connection: {error}. Trying again.",
                                       {{"error", error.message()}});
            pause.expires_after(accept_pause);
            co_await pause.async_wait(use_awaitable);
        }
    }
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
    auto session = std::make_shared<Session>(std::move(socket), handler_, limits_);
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
