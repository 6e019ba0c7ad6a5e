#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <filesystem>
#include <memory>
#include <vector>

#include "demo/faults/network/condition.hpp"

namespace demo {

class RelayedConnection;

/// A proxy between one program and one server. It listens on a unix socket, and relays each connection to the
/// server's socket and back, as far as its condition allows.
///
/// Threads  All calls on the thread that runs `context`.
class Link {
public:
    /// Listens on `entrance`, a path that must not exist yet. Throws Error. The link must outlive all that
    /// `context` runs.
    Link(boost::asio::io_context& context, const std::filesystem::path& entrance,
         const std::filesystem::path& server);

    [[nodiscard]] const Condition& condition() const noexcept { return condition_; }
    void set(Condition condition);

    /// Closes the present connections. If `torn`, each passes half of its next piece first.
    void cut(bool torn);

    /// The present connections pass nothing and stay open until end_half_open(). New ones work.
    void make_half_open();
    /// Closes the half-open connections, or with `revive` lets them go on where they stopped.
    void end_half_open(bool revive);

    /// Returns when the condition, or the state of a connection, may have changed.
    boost::asio::awaitable<void> changed();

private:
    boost::asio::awaitable<void> accept();
    [[nodiscard]] std::vector<std::shared_ptr<RelayedConnection>> connections();

    boost::asio::io_context& context_;
    boost::asio::local::stream_protocol::acceptor acceptor_;
    boost::asio::local::stream_protocol::endpoint server_;
    boost::asio::steady_timer changed_;
    Condition condition_;
    std::vector<std::weak_ptr<RelayedConnection>> connections_;
};

}  // namespace demo
