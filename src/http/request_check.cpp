#include "http/request_check.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/rfc7230.hpp>
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

bool is_port(std::string_view text) {
    return std::ranges::all_of(text, [](char digit) { return digit >= '0' && digit <= '9'; });
}

/// Of `name`, `name:port`, `[address]` or `[address]:port`. Nothing more may follow.
bool names_loopback(std::string_view host) {
    const bool is_bracketed = host.starts_with('[');
    const auto name_end = std::min(is_bracketed ? host.find(']') : host.find(':'), host.size());
    const std::string_view name = host.substr(0, name_end).substr(is_bracketed ? 1 : 0);
    std::string_view rest = host.substr(name_end);
    if (is_bracketed && rest.empty()) return false;
    if (is_bracketed) rest.remove_prefix(1);
    if (!rest.empty() && (!rest.starts_with(':') || !is_port(rest.substr(1)))) return false;
    if (!is_bracketed && iequals(name, "localhost")) return true;
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(std::string(name), error);
    return !error && address.is_loopback() && address.is_v6() == is_bracketed;
}

/// Of a target as proxies may ask for it, `http://host/path`, which counts in place of the Host; empty if it is a path.
std::string_view host_in_target(const Request& request) {
    const std::string_view target(request.target().data(), request.target().size());
    const auto scheme = target.find("://");
    if (target.starts_with('/') || scheme == std::string_view::npos) return {};
    const std::string_view rest = target.substr(scheme + 3);
    return rest.substr(0, rest.find_first_of("/?#"));
}

bool has_other_content_encoding(const Request& request) {
    const auto [first, last] = request.equal_range(field::content_encoding);
    return std::any_of(first, last, [](const auto& each) { return !iequals(each.value(), "identity"); });
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
    if (has_other_content_encoding(request))
        return error_response(Status::unsupported_media_type,
                              "This server takes no compressed body. Send it without a Content-Encoding.",
                              "Accept-Encoding: identity\r\n");
    return std::nullopt;
}

std::optional<Response> foreign_host(const Request& request, bool on_loopback) {
    const auto hosts = request.count(field::host);
    if (hosts > 1 || (hosts == 0 && request.version() >= version_1_1))
        return error_response(Status::bad_request, "An HTTP/1.1 request must name one Host.");
    const std::string_view target_host = host_in_target(request);
    const bool is_foreign = (hosts == 1 && !names_loopback(value_of(request, field::host))) ||
                            (!target_host.empty() && !names_loopback(target_host));
    if (on_loopback && is_foreign)
        return error_response(
            Status::misdirected_request,
            "This server listens for this machine only. Name it localhost, 127.0.0.1 or [::1].");
    return std::nullopt;
}

bool asks_to_end(const Request& request) {
    const auto [first, last] = request.equal_range(field::connection);
    return std::any_of(first, last, [](const auto& each) {
        return boost::beast::http::token_list(each.value()).exists("close");
    });
}

}  // namespace contrail::http
