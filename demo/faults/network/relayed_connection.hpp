#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <memory>

#include "demo/faults/network/link.hpp"

namespace demo {

/// One connection of a program to a server, relayed in two halves. It lives while bytes may pass in either
/// direction.
class RelayedConnection : public std::enable_shared_from_this<RelayedConnection> {
public:
    using Socket = boost::asio::local::stream_protocol::socket;

    /// `link` must outlive it.
    RelayedConnection(Link& link, Socket program, Socket server);

    /// Begins to pass bytes.
    void start();

    void cut(bool torn);
    void make_half_open() { half_open_ = true; }
    void end_half_open(bool revive);

private:
    boost::asio::awaitable<void> pass(Socket& from, Socket& to);
    boost::asio::awaitable<void> wait_until_bytes_may_pass();
    void close();

    Link& link_;
    Socket program_;
    Socket server_;
    bool half_open_ = false;
    bool torn_ = false;
};

}  // namespace demo
