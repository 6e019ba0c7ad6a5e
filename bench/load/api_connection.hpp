#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <string>

#include "bench/load/answer.hpp"
#include "bench/load/api_address.hpp"
#include "bench/load/ride_request.hpp"

namespace contrail::load {

/// A connection to the API. It stays open from request to request, and opens again when necessary.
///
/// Threads  All calls on the thread that runs the executor; one request at a time.
class ApiConnection {
public:
    using Clock = std::chrono::steady_clock;

    /// `address` must outlive the connection.
    ApiConnection(const boost::asio::any_io_executor& executor, const ApiAddress& address);

    /// Sends a request once and waits for the answer. An API that is down is an answer, not an exception.
    boost::asio::awaitable<Answer> send(const RideRequest& request);

    /// Abandons the current request if its answer was due before `now`. Calling this now and then costs less
    /// than a timer for each request.
    void expire(Clock::time_point now);

private:
    using ErrorCode = boost::system::error_code;
    using Parser = boost::beast::http::response_parser<boost::beast::http::string_body>;

    bool usable();
    boost::asio::awaitable<ErrorCode> open();
    boost::asio::awaitable<ErrorCode> read(Parser& parser);
    void write(const RideRequest& request);
    Answer fail(Answer::Kind kind, const ErrorCode& error);

    const ApiAddress& address_;
    boost::asio::ip::tcp::resolver resolver_;
    boost::asio::ip::tcp::socket socket_;
    boost::beast::flat_buffer received_;
    std::string text_;  ///< The request being sent.
    Clock::time_point deadline_ = Clock::time_point::max();
};

}  // namespace contrail::load
