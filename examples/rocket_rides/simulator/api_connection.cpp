#include "simulator/api_connection.hpp"

#include <fmt/format.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <iterator>
#include <utility>

#include "distance/distance.hpp"

namespace rocket_rides {

namespace asio = boost::asio;
using asio::redirect_error;
using asio::use_awaitable;

namespace {

/// Longer than the API takes at its slowest: an answer given up is a ride in doubt.
constexpr std::chrono::seconds answer_wait_max{30};

constexpr std::size_t read_bytes_max = 4'096;

}  // namespace

ApiConnection::ApiConnection(const asio::any_io_executor& executor, const ApiAddress& address)
    : address_(address),
      resolver_(executor),
      socket_(executor) {}

void ApiConnection::expire(Clock::time_point now) {
    if (now < deadline_) return;
    deadline_ = Clock::time_point::max();
    resolver_.cancel();
    socket_.cancel();
}

asio::awaitable<Answer> ApiConnection::post_ride(double distance) {
    deadline_ = Clock::now() + answer_wait_max;
    ErrorCode error;
    if (!usable()) error = co_await open();
    if (error) co_return fail(Answer::Kind::not_sent, error);

    write_request(distance);
    const std::size_t sent =
        co_await asio::async_write(socket_, asio::buffer(request_), redirect_error(use_awaitable, error));
    if (error) co_return fail(sent == 0 ? Answer::Kind::not_sent : Answer::Kind::lost, error);

    Parser parser;
    error = co_await read(parser);
    if (error) co_return fail(Answer::Kind::lost, error);
    if (!parser.keep_alive()) socket_.close(error);
    deadline_ = Clock::time_point::max();
    co_return Answer{Answer::Kind::response, parser.get().result_int(), std::move(parser.get().body())};
}

/// True if the connection is open and quiet. The API may have closed it since the last answer; to find out
/// only after the request was sent would leave its ride in doubt.
bool ApiConnection::usable() {
    if (!socket_.is_open()) return false;
    char unexpected = 0;
    ErrorCode error;
    socket_.read_some(asio::buffer(&unexpected, 1), error);
    return error == asio::error::would_block;
}

asio::awaitable<ApiConnection::ErrorCode> ApiConnection::open() {
    received_.clear();
    ErrorCode error;
    socket_.close(error);
    const auto endpoints =
        co_await resolver_.async_resolve(address_.host, address_.port, redirect_error(use_awaitable, error));
    if (error) co_return error;
    co_await asio::async_connect(socket_, endpoints, redirect_error(use_awaitable, error));
    if (!error) socket_.set_option(asio::ip::tcp::no_delay(true), error);
    if (!error) socket_.non_blocking(true, error);
    co_return error;
}

asio::awaitable<ApiConnection::ErrorCode> ApiConnection::read(Parser& parser) {
    parser.eager(true);
    ErrorCode error;
    while (!parser.is_done()) {
        const auto bytes = co_await socket_.async_read_some(received_.prepare(read_bytes_max),
                                                            redirect_error(use_awaitable, error));
        received_.commit(bytes);
        if (error) co_return error;
        received_.consume(parser.put(received_.data(), error));
        if (error && error != boost::beast::http::error::need_more) co_return error;
    }
    co_return ErrorCode{};
}

void ApiConnection::write_request(double distance) {
    const std::string text = distance_text(distance);
    constexpr std::string_view name = "distance=";
    request_.clear();
    // A distance's text has no character that a form would have to encode.
    fmt::format_to(std::back_inserter(request_),
                   "POST {} HTTP/1.1\r\n"
                   "Host: {}\r\n"
                   "Content-Type: application/x-www-form-urlencoded\r\n"
                   "Content-Length: {}\r\n\r\n"
                   "{}{}",
                   address_.rides, address_.authority, name.size() + text.size(), name, text);
}

Answer ApiConnection::fail(Answer::Kind kind, const ErrorCode& error) {
    ErrorCode ignored;  // it is given up; what closing it has to say no longer matters
    socket_.close(ignored);
    deadline_ = Clock::time_point::max();
    const bool expired = error == asio::error::operation_aborted;
    const std::string reason = expired ? "it took too long" : error.message();
    const std::string what = kind == Answer::Kind::not_sent ? "cannot reach " : "no answer from ";
    return {kind, 0, what + address_.url + ": " + reason};
}

}  // namespace rocket_rides
