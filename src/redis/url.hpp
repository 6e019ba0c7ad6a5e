#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "contrail/settings.hpp"

namespace contrail::redis {

/// How to connect by TLS. The files are PEM; an empty name means none (see Settings).
struct Tls {
    std::string ca_file;
    std::string cert_file;
    std::string key_file;
    bool verify = true;

    bool operator==(const Tls&) const = default;
};

/// What a Redis URL says: where the server is, and how to log in.
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
/// and decodes percent signs everywhere. The first form may have `?db=`, too. Throws Error (Retry::never) at
/// anything else. The message quotes nothing of the URL: a part that was misread may belong to the password.
Endpoint parse_url(std::string_view url);

/// The endpoint of `settings`, with its TLS files where the URL asks for TLS. Throws as parse_url() does.
Endpoint endpoint_of(const Settings& settings);

}  // namespace contrail::redis
