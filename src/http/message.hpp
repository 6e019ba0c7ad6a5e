#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

/// HTTP/1.1 for services that speak JSON, and now and then something else: server, sessions, routes.
namespace contrail::http {

using Request = boost::beast::http::request<boost::beast::http::string_body>;
using Method = boost::beast::http::verb;
using Status = boost::beast::http::status;

/// Gives the next piece of a body that comes into being while it is sent; null: that was all. A server that
/// stops waits for that, so whoever gives the pieces ends them first.
using NextPiece = std::function<boost::asio::awaitable<std::shared_ptr<const std::string>>()>;

/// An answer, before it is written as HTTP.
struct Response {
    Status status = Status::ok;
    std::string body;
    std::string headers{};  ///< Lines beyond the usual ones, each ended by "\r\n".
    /// Must outlive the response: a literal.
    std::string_view content_type = "application/json";
    /// If set, the body is `body` and then these pieces, and the connection ends with the last of them. Is
    /// destroyed when the client has left, or took longer over a piece than the server's limits allow.
    NextPiece next_piece{};
};

/// Answers one request, which stays valid until it has. Must not throw what a client could have caused:
/// an exception is logged and answered with 500.
using Handler = std::function<boost::asio::awaitable<Response>(const Request& request)>;

/// `{"error": message}`.
Response error_response(Status status, std::string_view message, std::string headers = {});

/// How a response travels.
struct Framing {
    bool keep_alive = true;  ///< The connection stays open after it.
    bool head_only = false;  ///< It answers HEAD: what the body's headers say, without the body.
};

/// Replaces the content of `text` with `response` as HTTP/1.1. Keeps the capacity of `text`.
void write_response(const Response& response, Framing framing, std::string& text);

}  // namespace contrail::http
