#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <filesystem>
#include <memory>
#include <vector>

#include "chaos/proxy/condition.hpp"

namespace rocket_rides::chaos {

class RelayedConnection;

/// One way from a program to a server: a unix socket that is listened on, and what comes in there is passed
/// on to the server's, and back, as far as the condition lets it.
///
/// Threads  All calls on the thread that runs `context`.
class Link {
public:
    /// Listens on `entrance`, a path where nothing is. Throws Error. The link must outlive what `context`
    /// runs.
    Link(boost::asio::io_context& context, const std::filesystem::path& entrance,
         const std::filesystem::path& server);

    [[nodiscard]] const Condition& condition() const noexcept { return condition_; }
    void set(Condition condition);

    /// Closes the connections that there are. `torn`: those that are in the middle of something pass on half
    /// of the next piece first.
    void cut(bool torn);

    /// The connections that there are pass nothing any more, and are not closed either, until
    /// end_half_open(); new ones do.
    void make_half_open();
    /// What was half open is closed, or, if `revive`, goes on where it stopped.
    void end_half_open(bool revive);

    /// Returns when the condition, or something about a connection, may have changed.
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

}  // namespace rocket_rides::chaos
