#include "dashboard/guard.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <array>
#include <boost/beast/core/string.hpp>
#include <iterator>

#include "contrail/error.hpp"

namespace contrail::dashboard {

namespace {

using boost::beast::http::field;
using http::Request;

constexpr std::string_view token_header = "X-Contrail-Token";

std::string random_token() {
    std::array<unsigned char, 16> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
        throw Error(Retry::never, "Cannot create the secret of the page: OpenSSL has no random bytes.");
    return fmt::format("{:02x}", fmt::join(bytes, ""));
}

template <class Name>
std::string_view header(const Request& request, const Name& name) {
    const auto value = request[name];
    return {value.data(), value.size()};
}

/// A person follows a link to the page. The link may be on any site.
bool is_visit(const Request& request) {
    return request.method() == http::Method::get && header(request, "Sec-Fetch-Mode") == "navigate" &&
           header(request, "Sec-Fetch-Dest") == "document";
}

bool crosses_sites(const Request& request) {
    const auto site = header(request, "Sec-Fetch-Site");
    return !site.empty() && site != "same-origin" && site != "none" && !is_visit(request);
}

bool same_secret(std::string_view one, std::string_view other) {
    return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace

Guard::Guard(std::uint16_t port) : port_(':' + std::to_string(port)), token_(random_token()) {}

bool Guard::is_ours(std::string_view host) const {
    if (!host.ends_with(port_)) return false;
    host.remove_suffix(port_.size());
    return host == "127.0.0.1" || host == "[::1]" || boost::beast::iequals(host, "localhost");
}

std::optional<http::Response> Guard::refusal(const Request& request) const {
    const auto host = header(request, field::host);
    if (!is_ours(host))
        return http::error_response(http::Status::misdirected_request,
                                    "This page answers only at http://127.0.0.1" + port_ + ".");
    const auto origin = header(request, field::origin);
    const bool has_origin = request.count(field::origin) > 0;
    if ((has_origin && origin != "http://" + std::string(host)) || crosses_sites(request))
        return http::error_response(http::Status::forbidden, "The page refuses requests of other sites.");
    if (request.method() == http::Method::post &&
        (!has_origin || !same_secret(header(request, token_header), token_)))
        return http::error_response(
            http::Status::forbidden,
            "Only the page itself may send this request. Reload the page if the program was restarted.");
    return std::nullopt;
}

std::string_view protective_headers() {
    return "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src "
           "'self'; "
           "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
           "require-trusted-types-for 'script'\r\n"
           "X-Content-Type-Options: nosniff\r\n"
           "X-Frame-Options: DENY\r\n"
           "Referrer-Policy: no-referrer\r\n"
           "Cross-Origin-Opener-Policy: same-origin\r\n"
           "Cross-Origin-Resource-Policy: same-origin\r\n"
           "Cache-Control: no-store\r\n";
}

}  // namespace contrail::dashboard
