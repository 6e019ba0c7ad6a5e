#include "http/request_check.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/string.hpp>
#include <string>
#include <string_view>

namespace contrail::http {

namespace {

using boost::beast::iequals;
using boost::beast::http::field;

constexpr unsigned version_1_1 = 11;

std::string_view value_of(const Request& request, field name) {
    const auto value = request[name];
    return {value.data(), value.size()};
}

/// `name`, `name:port`, `[address]` or `[address]:port`, without the port and the brackets.
std::string_view name_of(std::string_view host) {
    if (const auto end = host.find(']'); host.starts_with('[') && end != std::string_view::npos)
        return host.substr(1, end - 1);
    return host.substr(0, host.find(':'));
}

bool names_loopback(std::string_view host) {
    const std::string_view name = name_of(host);
    if (iequals(name, "localhost")) return true;
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(std::string(name), error);
    return !error && address.is_loopback();
}

}  // namespace

std::optional<Response> unreadable_body(const Request& request) {
    const auto transfer_encodings = request.count(field::transfer_encoding);
    if (transfer_encodings > 0 && request.version() < version_1_1)
        return error_response(Status::bad_request, "HTTP/1.0 has no Transfer-Encoding.");
    if (transfer_encodings > 1 ||
        (transfer_encodings == 1 && !iequals(value_of(request, field::transfer_encoding), "chunked")))
        return error_response(
            Status::not_implemented,
            "This server knows no Transfer-Encoding but chunked. Send the body chunked, or with "
            "a Content-Length.");
    if (request.count(field::content_encoding) > 0 &&
        !iequals(value_of(request, field::content_encoding), "identity"))
        return error_response(Status::unsupported_media_type,
                              "This server takes no compressed body. Send it without a Content-Encoding.",
                              "Accept-Encoding: identity\r\n");
    return std::nullopt;
}

std::optional<Response> foreign_host(const Request& request, bool on_loopback) {
    const auto hosts = request.count(field::host);
    if (hosts > 1 || (hosts == 0 && request.version() >= version_1_1))
        return error_response(Status::bad_request, "An HTTP/1.1 request must name one Host.");
    if (hosts == 1 && on_loopback && !names_loopback(value_of(request, field::host)))
        return error_response(
            Status::misdirected_request,
            "This server listens for this machine only. Name it localhost, 127.0.0.1 or [::1].");
    return std::nullopt;
}

}  // namespace contrail::http
