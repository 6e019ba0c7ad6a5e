#include "http/session.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "contrail/component_log.hpp"
#include "http/request_check.hpp"

namespace contrail::http {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using asio::redirect_error;
using asio::use_awaitable;

namespace {

constexpr std::size_t read_bytes_max = 4'096;  // several pipelined rides; one page of memory a client

/// How long an idle client of a server that stops may still send: a request that is on its way then gets
/// its answer, and learns from it that the connection ends.
constexpr std::chrono::milliseconds farewell_wait{100};

/// How long, and how much, a client may go on sending after its last answer. If the socket were closed over
/// unread bytes, TCP would reset the connection, and the client could lose that answer.
constexpr std::chrono::milliseconds linger_wait{1'000};
constexpr std::size_t linger_bytes_max = 1 << 20;

/// What to answer to a request that could not be read; nothing if the client is gone or sent nothing.
std::optional<Response> refusal(boost::system::error_code error) {
    if (error == asio::error::operation_aborted) {
        return error_response(Status::request_timeout, "The request did not arrive in time.");
    }
    if (error == beast_http::error::header_limit) {
        return error_response(Status::request_header_fields_too_large, "The request's header is too large.");
    }
    if (error == beast_http::error::body_limit) {
        return error_response(Status::payload_too_large, "The request's body is too large.");
    }
    if (error == beast_http::error::bad_version) {
        return error_response(Status::http_version_not_supported,
                              "Only HTTP/1.0 and HTTP/1.1 are spoken here.");
    }
    if (error.category() == beast_http::make_error_code(beast_http::error::bad_target).category()) {
        return error_response(Status::bad_request, "The request is not HTTP: " + error.message() + ".");
    }
    return std::nullopt;
}

bool expects_continue(const Request& request) {
    return request.version() >= 11 &&
           boost::beast::iequals(request[beast_http::field::expect], "100-continue");
}

}  // namespace

Session::Session(asio::ip::tcp::socket socket, const Handler& handler, const Limits& limits, bool on_loopback)
    : socket_(std::move(socket)),
      handler_(handler),
      limits_(limits),
      on_loopback_(on_loopback) {
    // Answers are written whole: waiting for more to fill a packet would only delay them. A client that is
    // gone already fails here as it will in the first read, which reports it.
    ErrorCode ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

void Session::expire(Clock::time_point now) {
    if (now < deadline_) return;
    deadline_ = Clock::time_point::max();
    socket_.cancel();
}

void Session::drop() {
    ErrorCode ignored;
    socket_.close(ignored);
}

void Session::stop() {
    stopping_ = true;
    if (idle_) deadline_ = std::min(deadline_, Clock::now() + farewell_wait);
}

asio::awaitable<void> Session::run() {
    bool keep_alive = true;
    while (keep_alive) {
        Parser parser;
        waits_since_ = Clock::now();
        const ErrorCode error = co_await read(parser);
        waits_since_ = Clock::time_point::max();
        deadline_ = Clock::time_point::max();
        if (error) {
            const auto response = refusal(error);
            if (!response || co_await write(*response, {.keep_alive = false})) co_return;
            break;
        }
        const Request& request = parser.get();
        if (const auto refused = unreadable_body(request)) {
            const bool head_only = request.method() == Method::head;
            if (co_await write(*refused, {.keep_alive = false, .head_only = head_only})) co_return;
            break;
        }
        const Response response = co_await answer(request);
        keep_alive = request.keep_alive() && !asks_to_end(request) && !stopping_ && !response.next_piece;
        const Framing framing{keep_alive, request.method() == Method::head};
        if (co_await write(response, framing)) co_return;
        if (response.next_piece && !framing.head_only && co_await write_pieces(response.next_piece))
            co_return;
    }
    co_await linger();
}

asio::awaitable<Session::ErrorCode> Session::read(Parser& parser) {
    parser.header_limit(limits_.header_bytes_max);
    parser.body_limit(limits_.body_bytes_max);
    idle_ = received_.size() == 0;
    deadline_ = waits_since_ + (idle_ ? limits_.idle_wait_max : limits_.transfer_wait_max);
    if (idle_ && stopping_) stop();
    bool header_seen = false;
    std::optional<Request::header_type> header;
    ErrorCode error;
    while (!parser.is_done()) {
        if (!parser.got_some()) pass_over_empty_line();
        if (received_.size() > 0) {
            received_.consume(parser.put(received_.data(), error));
            if (parser.is_done()) break;
            if (error && error != beast_http::error::need_more) co_return error;
        }
        if (parser.is_header_done() && !std::exchange(header_seen, true)) {
            if (unreadable_body(parser.get())) break;
            if (parser.chunked()) header = parser.get().base();
            parser.eager(true);
            if (received_.size() > 0) continue;
            if (expects_continue(parser.get())) error = co_await send_continue();
            if (error && error != beast_http::error::need_more) co_return error;
        }
        error = co_await read_some();
        if (error) co_return idle_ ? asio::error::eof : error;
        if (std::exchange(idle_, false)) deadline_ = Clock::now() + limits_.transfer_wait_max;
    }
    // Beast adds trailers to the header. Then a client could give a Host behind the body, where no proxy looks.
    if (header) parser.get().base() = *std::move(header);
    co_return ErrorCode();
}

/// Some clients end a body with a line end that they do not count.
void Session::pass_over_empty_line() {
    constexpr std::string_view empty_line = "\r\n";
    const std::string_view received(static_cast<const char*>(received_.data().data()), received_.size());
    if (received.starts_with(empty_line)) received_.consume(empty_line.size());
}

asio::awaitable<Session::ErrorCode> Session::read_some() {
    ErrorCode error;
    const auto bytes = co_await socket_.async_read_some(received_.prepare(read_bytes_max),
                                                        redirect_error(use_awaitable, error));
    received_.commit(bytes);
    co_return error == asio::error::eof ? beast_http::make_error_code(beast_http::error::partial_message)
                                        : error;
}

asio::awaitable<Session::ErrorCode> Session::send_continue() {
    static constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
    ErrorCode error;
    co_await asio::async_write(socket_, asio::buffer(text), redirect_error(use_awaitable, error));
    co_return error;
}

asio::awaitable<Response> Session::answer(const Request& request) {
    if (auto refused = foreign_host(request, on_loopback_)) co_return std::move(*refused);
    try {
        co_return co_await handler_(request);
    } catch (const std::exception& error) {
        ComponentLog("http").error("{method} {target} failed: {error}",
                                   {{"method", std::string(request.method_string())},
                                    {"target", std::string(request.target())},
                                    {"error", error.what()}});
    }
    co_return error_response(Status::internal_server_error, "The service failed. Its log says why.");
}

asio::awaitable<Session::ErrorCode> Session::write(const Response& response, Framing framing) {
    write_response(response, framing, text_);
    co_return co_await write_text(text_);
}

asio::awaitable<Session::ErrorCode> Session::write_pieces(const NextPiece& next) {
    ErrorCode error;
    while (!error) {
        // Between two pieces no deadline runs. The session notices a client that left when it sends the next one.
        deadline_ = Clock::time_point::max();
        const auto piece = co_await next();
        if (!piece) break;
        error = co_await write_text(*piece);
    }
    co_return error;
}

asio::awaitable<Session::ErrorCode> Session::write_text(std::string_view text) {
    deadline_ = Clock::now() + limits_.transfer_wait_max;
    ErrorCode error;
    co_await asio::async_write(socket_, asio::buffer(text), redirect_error(use_awaitable, error));
    co_return error;
}

asio::awaitable<void> Session::linger() {
    ErrorCode error;
    socket_.shutdown(asio::socket_base::shutdown_send, error);
    deadline_ = Clock::now() + linger_wait;
    for (std::size_t bytes = 0; !error && bytes < linger_bytes_max; bytes += received_.size()) {
        received_.clear();
        error = co_await read_some();
    }
}

}  // namespace contrail::http
