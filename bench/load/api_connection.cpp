#include "bench/load/api_connection.hpp"

#include <fmt/format.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <charconv>
#include <iterator>
#include <utility>

#include "ride.hpp"

namespace contrail::load {

namespace asio = boost::asio;
using asio::redirect_error;
using asio::use_awaitable;

namespace {

/// Longer than the API takes at its slowest: an abandoned answer leaves a ride in doubt.
constexpr std::chrono::seconds answer_wait_max{30};

constexpr std::size_t read_bytes_max = 4'096;

constexpr std::string_view method(RideRequest::Action action) {
    switch (action) {
        case RideRequest::Action::create:
            return "POST";
        case RideRequest::Action::update:
            return "PATCH";
        case RideRequest::Action::remove:
            break;
    }
    return "DELETE";
}

/// The id at the end of a ride's path.
std::optional<std::int64_t> ride_at(std::string_view location) {
    const std::string_view text = location.substr(location.rfind('/') + 1);
    std::int64_t id = 0;
    const char* const end = text.data() + text.size();
    const auto [parsed_to, error] = std::from_chars(text.data(), end, id);
    return error == std::errc() && parsed_to == end ? std::optional(id) : std::nullopt;
}

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

asio::awaitable<Answer> ApiConnection::send(const RideRequest& request) {
    deadline_ = Clock::now() + answer_wait_max;
    ErrorCode error;
    if (!usable()) error = co_await open();
    if (error) co_return fail(Answer::Kind::not_sent, error);

    write(request);
    const std::size_t sent =
        co_await asio::async_write(socket_, asio::buffer(text_), redirect_error(use_awaitable, error));
    if (error) co_return fail(sent == 0 ? Answer::Kind::not_sent : Answer::Kind::lost, error);

    Parser parser;
    error = co_await read(parser);
    if (error) co_return fail(Answer::Kind::lost, error);
    if (!parser.keep_alive()) socket_.close(error);
    deadline_ = Clock::time_point::max();
    auto& response = parser.get();
    co_return Answer{Answer::Kind::response, response.result_int(), std::move(response.body()),
                     ride_at(response[boost::beast::http::field::location])};
}

/// True if the connection is open and quiet. The API may have closed it since the last answer; noticing that
/// only after sending would leave a request in doubt.
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

void ApiConnection::write(const RideRequest& request) {
    text_.clear();
    const auto out = std::back_inserter(text_);
    fmt::format_to(out, "{} {}", method(request.action), address_.rides);
    if (request.action != RideRequest::Action::create) fmt::format_to(out, "/{}", request.id);
    fmt::format_to(out, " HTTP/1.1\r\nHost: {}\r\n", address_.authority);
    if (request.action == RideRequest::Action::remove) {
        text_ += "\r\n";
        return;
    }
    // A distance's text needs no encoding in a form.
    const std::string distance = rocket_rides::distance_text(request.distance);
    constexpr std::string_view name = "distance=";
    fmt::format_to(out,
                   "Content-Type: application/x-www-form-urlencoded\r\n"
                   "Content-Length: {}\r\n\r\n"
                   "{}{}",
                   name.size() + distance.size(), name, distance);
}

Answer ApiConnection::fail(Answer::Kind kind, const ErrorCode& error) {
    ErrorCode ignored;  // the request has failed already
    socket_.close(ignored);
    deadline_ = Clock::time_point::max();
    const bool expired = error == asio::error::operation_aborted;
    const std::string reason = expired ? "the answer took too long" : error.message();
    const std::string what = kind == Answer::Kind::not_sent ? "cannot reach " : "no answer from ";
    return {kind, 0, what + address_.url + ": " + reason};
}

}  // namespace contrail::load
