#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "contrail/settings.hpp"

namespace contrail::redis {

/// How to speak TLS. The files are PEM; an empty name means none (see Settings).
struct Tls {
    std::string ca_file;
    std::string cert_file;
    std::string key_file;
    bool verify = true;

    bool operator==(const Tls&) const = default;
};

/// Where a Redis server is and how to log in there: what a Redis URL says.
struct Endpoint {
    std::string host = "localhost";  ///< A name or an address; IPv6 without brackets.
    std::uint16_t port = 6379;
    std::string socket_path;              ///< A unix socket; if set, host and port mean nothing.
    std::string user;                     ///< Empty: Redis's default user.
    std::optional<std::string> password;  ///< Nothing: no AUTH is sent.
    std::uint32_t database = 0;
    std::optional<Tls> tls;

    /// The endpoint as a URL, for messages: without user and password.
    [[nodiscard]] std::string name() const;

    bool operator==(const Endpoint&) const = default;
};

/// Understands
///
///     redis[s]://[[user]:password@][host][:port][/database]
///     unix://[[user]:password@]/path/to/socket[?db=database]        (redis+unix:// is the same)
///
/// with everything percent-decoded. `?db=` may stand in the first form too. Throws Error (Retry::never)
/// at anything else. The message quotes nothing of the URL: what is misread may be part of the password.
Endpoint parse_url(std::string_view url);

/// The endpoint of `settings`, with its TLS files where the URL asks for TLS. Throws as parse_url() does.
Endpoint endpoint_of(const Settings& settings);

}  // namespace contrail::redis
