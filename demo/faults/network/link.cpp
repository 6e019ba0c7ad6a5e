#include "demo/faults/network/link.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "contrail/error.hpp"
#include "demo/faults/network/relayed_connection.hpp"

namespace demo {

namespace asio = boost::asio;
using asio::redirect_error;
using asio::use_awaitable;
using asio::local::stream_protocol;

namespace {

stream_protocol::acceptor listen(asio::io_context& context, const std::filesystem::path& entrance) {
    try {
        return {context, stream_protocol::endpoint(entrance.native())};
    } catch (const boost::system::system_error& error) {
        throw contrail::Error(
            contrail::Retry::never,
            "Cannot listen on " + entrance.string() + ": " + error.code().message() +
                ". A shorter TMPDIR may help: the path of a socket may have at most 107 bytes.");
    }
}

}  // namespace

Link::Link(asio::io_context& context, const std::filesystem::path& entrance,
           const std::filesystem::path& server)
    : context_(context),
      acceptor_(listen(context, entrance)),
      server_(server.native()),
      changed_(context, asio::steady_timer::time_point::max()) {
    asio::co_spawn(context, accept(), asio::detached);
}

void Link::set(Condition condition) {
    condition_ = condition;
    if (condition.kind == Condition::Kind::refusing) cut(false);
    changed_.cancel();
}

void Link::cut(bool torn) {
    for (const auto& connection : connections()) connection->cut(torn);
}

void Link::make_half_open() {
    for (const auto& connection : connections()) connection->make_half_open();
}

void Link::end_half_open(bool revive) {
    for (const auto& connection : connections()) connection->end_half_open(revive);
    changed_.cancel();
}

asio::awaitable<void> Link::changed() {
    boost::system::error_code cancelled;
    co_await changed_.async_wait(redirect_error(use_awaitable, cancelled));
}

asio::awaitable<void> Link::accept() {
    for (;;) {
        boost::system::error_code error;
        stream_protocol::socket program(context_);
        co_await acceptor_.async_accept(program, redirect_error(use_awaitable, error));
        if (error == asio::error::operation_aborted) co_return;
        if (error || condition_.kind == Condition::Kind::refusing) continue;
        // If the server is away, the program sees a connection that breaks at once.
        stream_protocol::socket server(context_);
        co_await server.async_connect(server_, redirect_error(use_awaitable, error));
        if (error) continue;
        const auto connection =
            std::make_shared<RelayedConnection>(*this, std::move(program), std::move(server));
        connections_.push_back(connection);
        connection->start();
    }
}

std::vector<std::shared_ptr<RelayedConnection>> Link::connections() {
    std::erase_if(connections_, [](const auto& connection) { return connection.expired(); });
    std::vector<std::shared_ptr<RelayedConnection>> alive;
    for (const auto& connection : connections_)
        if (auto one = connection.lock()) alive.push_back(std::move(one));
    return alive;
}

}  // namespace demo
