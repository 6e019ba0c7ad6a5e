#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace contrail::http {

/// One client's connection: reads a request, has it answered, reads the next. Requests that are sent
/// before the last was answered (pipelining) wait in the buffers.
///
/// Threads  All calls on the socket's one thread.
class Session {
public:
    using Clock = std::chrono::steady_clock;

    /// `handler` and `limits` must outlive what run() begins. See foreign_host() for `on_loopback`.
    Session(boost::asio::ip::tcp::socket socket, const Handler& handler, const Limits& limits,
            bool on_loopback);

    /// Serves until the client leaves, is cut off, or stop() was called. The session must live until then.
    boost::asio::awaitable<void> run();

    /// Ends the wait in hand if it was to end before `now`. A timer of its own for every wait would cost
    /// more than the request: the server calls this for all its sessions a few times a second.
    void expire(Clock::time_point now);

    /// Since when the session waits for a request, or for the rest of one; the end of time while it does not.
    [[nodiscard]] Clock::time_point waits_since() const noexcept { return waits_since_; }

    /// Closes the connection at once.
    void drop();

    /// The request in hand, or one that arrives within a moment, is answered; then the session ends.
    void stop();

private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
    using ErrorCode = boost::system::error_code;

    boost::asio::awaitable<ErrorCode> read(Parser& parser);
    void pass_over_empty_line();
    boost::asio::awaitable<ErrorCode> read_some();
    boost::asio::awaitable<ErrorCode> send_continue();
    boost::asio::awaitable<Response> answer(const Request& request);
    boost::asio::awaitable<ErrorCode> write(const Response& response, Framing framing);
    boost::asio::awaitable<ErrorCode> write_pieces(const NextPiece& next);
    boost::asio::awaitable<ErrorCode> write_text(std::string_view text);
    boost::asio::awaitable<void> linger();

    boost::asio::ip::tcp::socket socket_;
    const Handler& handler_;
    const Limits& limits_;
    const bool on_loopback_;
    boost::beast::flat_buffer received_;
    std::string text_;  ///< The response on its way.
    Clock::time_point deadline_ = Clock::time_point::max();
    Clock::time_point waits_since_ = Clock::time_point::max();
    bool idle_ = false;  ///< Waits for the first byte of a request.
    bool stopping_ = false;
};

}  // namespace contrail::http
