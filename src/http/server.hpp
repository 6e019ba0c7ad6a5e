#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <unordered_set>

#include "http/message.hpp"
#include "http/session.hpp"

namespace contrail::http {

/// Accepts connections and serves each in a session of its own, all on one thread.
///
/// Lifetime  Must live until its io_context has run out of work or will not run again; so must the handler's
/// own things. Threads   All calls on the thread that runs the io_context, or before that.
class Server {
public:
    /// Serves from when the io_context of `acceptor` is run. `acceptor` listens already.
    Server(boost::asio::ip::tcp::acceptor acceptor, Handler handler, Limits limits = {});

    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

    /// Accepts no more. Requests in hand are answered, then their sessions end; when the last has ended, the
    /// io_context has nothing left to do.
    void stop();

private:
    boost::asio::awaitable<void> accept();
    boost::asio::awaitable<void> watch();
    void begin(boost::asio::ip::tcp::socket socket);
    void end(const std::shared_ptr<Session>& session);

    boost::asio::ip::tcp::acceptor acceptor_;
    Handler handler_;
    Limits limits_;
    boost::asio::steady_timer watch_timer_;
    std::unordered_set<std::shared_ptr<Session>> sessions_;
    bool stopping_ = false;
};

}  // namespace contrail::http
