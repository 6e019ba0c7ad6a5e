#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace contrail::dashboard {

/// Keeps everybody out but the page itself.
///
/// Any site that a person visits can send requests to this machine from that person's browser. One that
/// gives its own name our address (DNS rebinding) comes with a foreign Host; any other with a foreign Origin,
/// or with a browser's word that the request crosses sites. And who asks for something to be done has to
/// know a secret that only the page can read.
class Guard {
public:
    /// For a page on this port of the loopback.
    explicit Guard(std::uint16_t port);

    /// The answer to a request that may not pass.
    [[nodiscard]] std::optional<http::Response> refusal(const http::Request& request) const;

    /// What the header `X-Contrail-Token` of every POST must be. Another at each start.
    [[nodiscard]] const std::string& token() const noexcept { return token_; }

private:
    [[nodiscard]] bool is_ours(std::string_view host) const;

    std::string port_;
    std::string token_;
};

/// Headers for every answer, whoever gets it: what the page may load and do, and that nobody keeps, frames,
/// embeds or reinterprets anything.
std::string_view protective_headers();

}  // namespace contrail::dashboard
