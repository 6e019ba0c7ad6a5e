#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "contrail/http.hpp"

namespace contrail::dashboard {

/// Lets only the page itself talk to its server.
///
/// Any site that a browser visits can send requests to this machine. A site whose own name resolves to our
/// address (DNS rebinding) comes with a foreign Host. Any other comes with a foreign Origin, or the browser
/// itself reports that the request crosses sites. A request that changes something must also carry a secret
/// that only the page can read.
class Guard {
public:
    /// For a page on this port of the loopback.
    explicit Guard(std::uint16_t port);

    /// The answer to a request that must not pass; nothing if it may.
    [[nodiscard]] std::optional<http::Response> refusal(const http::Request& request) const;

    /// The secret that every POST must carry in the header `X-Contrail-Token`. New at each start.
    [[nodiscard]] const std::string& token() const noexcept { return token_; }

private:
    [[nodiscard]] bool is_ours(std::string_view host) const;

    std::string port_;
    std::string token_;
};

/// Headers for every answer: what the page may load, and that no other site may frame, embed, cache or
/// reinterpret it.
std::string_view protective_headers();

}  // namespace contrail::dashboard
