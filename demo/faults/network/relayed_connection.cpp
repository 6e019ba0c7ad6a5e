#include "demo/faults/network/relayed_connection.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace demo {

namespace asio = boost::asio;
using asio::redirect_error;
using asio::use_awaitable;

namespace {

constexpr std::size_t piece_bytes_max = 1 << 14;

}  // namespace

RelayedConnection::RelayedConnection(Link& link, Socket program, Socket server)
    : link_(link),
      program_(std::move(program)),
      server_(std::move(server)) {}

void RelayedConnection::start() {
    const auto begin = [this](Socket& from, Socket& to) {
        // The coroutine keeps its connection alive.
        const auto run = [](std::shared_ptr<RelayedConnection> self, Socket& source,
                            Socket& sink) -> asio::awaitable<void> { co_await self->pass(source, sink); };
        asio::co_spawn(from.get_executor(), run(shared_from_this(), from, to), asio::detached);
    };
    begin(program_, server_);
    begin(server_, program_);
}

void RelayedConnection::cut(bool torn) {
    torn_ = torn;
    if (!torn) close();
}

void RelayedConnection::end_half_open(bool revive) {
    if (!half_open_) return;
    half_open_ = false;
    if (!revive) close();
}

asio::awaitable<void> RelayedConnection::pass(Socket& from, Socket& to) {
    std::array<char, piece_bytes_max> piece{};
    boost::system::error_code error;
    while (!error) {
        std::size_t length =
            co_await from.async_read_some(asio::buffer(piece), redirect_error(use_awaitable, error));
        // The end of a stream passes only where bytes would.
        co_await wait_until_bytes_may_pass();
        const bool torn = torn_ && length > 0;
        if (torn) length /= 2;
        boost::system::error_code write_error;
        co_await asio::async_write(to, asio::buffer(piece, length),
                                   redirect_error(use_awaitable, write_error));
        if (torn || write_error) break;
    }
    close();
}

asio::awaitable<void> RelayedConnection::wait_until_bytes_may_pass() {
    while (half_open_ || link_.condition().kind == Condition::Kind::silent) co_await link_.changed();
    if (link_.condition().kind != Condition::Kind::slow) co_return;
    asio::steady_timer delay(program_.get_executor(), link_.condition().delay);
    co_await delay.async_wait(use_awaitable);
}

void RelayedConnection::close() {
    boost::system::error_code already_closed;
    program_.close(already_closed);
    server_.close(already_closed);
}

}  // namespace demo
