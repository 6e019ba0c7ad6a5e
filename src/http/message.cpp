#include "http/message.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

namespace contrail::http {

namespace {

/// The time as HTTP writes it. It changes once a second, and requests are far more frequent.
const std::string& date() {
    thread_local std::time_t written_at = 0;
    thread_local std::string written;
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    if (now != written_at) {
        written = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(now));
        written_at = now;
    }
    return written;
}

}  // namespace

Response error_response(Status status, std::string_view message, std::string headers) {
    return {status, nlohmann::json{{"error", message}}.dump(), std::move(headers)};
}

void write_response(const Response& response, Framing framing, std::string& text) {
    text.clear();
    const auto reason = boost::beast::http::obsolete_reason(response.status);
    // Keep-alive is said even though HTTP/1.1 implies it: a client of HTTP/1.0 closes without.
    fmt::format_to(std::back_inserter(text),
                   "HTTP/1.1 {} {}\r\n"
                   "Date: {}\r\n"
                   "Content-Type: {}\r\n"
                   "Connection: {}\r\n"
                   "{}",
                   static_cast<unsigned>(response.status), std::string_view(reason.data(), reason.size()),
                   date(), response.content_type, framing.keep_alive ? "keep-alive" : "close",
                   response.headers);
    // The length of a body in pieces is not known yet: the connection's end is its end.
    if (!response.next_piece)
        fmt::format_to(std::back_inserter(text), "Content-Length: {}\r\n", response.body.size());
    text += "\r\n";
    if (!framing.head_only) text += response.body;
}

}  // namespace contrail::http
