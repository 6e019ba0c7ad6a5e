#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "contrail/settings.hpp"
#include "core/log_url.hpp"

namespace contrail::redis {

/// How to connect by TLS. The files are PEM; an empty name means none (see Settings).
struct Tls {
    std::string ca_file;
    std::string cert_file;
    std::string key_file;
    bool verify = true;

    bool operator==(const Tls&) const = default;
};

inline constexpr std::uint16_t usual_port = 6379;
inline constexpr std::uint16_t usual_sentinel_port = 26379;

/// The sentinels that know which server is the master, and how to log in there.
struct Sentinels {
    std::vector<LogUrl::Host> hosts{};
    std::string master{};  ///< The name under which they watch it.
    std::string user{};
    std::optional<std::string> password{};
    bool tls = false;  ///< With the files of Endpoint::tls.

    bool operator==(const Sentinels&) const = default;
};

/// A Redis Cluster, by some of its nodes.
struct ClusterNodes {
    std::vector<LogUrl::Host> seeds;

    bool operator==(const ClusterNodes&) const = default;
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
    /// Which servers tell where the log is. If any do, host and port mean nothing.
    std::variant<std::monostate, Sentinels, ClusterNodes> found_by;

    /// One server of the log: with its address and the same login.
    [[nodiscard]] Endpoint server(std::string at_host, std::uint16_t at_port) const;

    [[nodiscard]] bool in_cluster() const { return std::holds_alternative<ClusterNodes>(found_by); }

    /// The endpoint as a URL, for messages: without user and password.
    [[nodiscard]] std::string name() const;

    bool operator==(const Endpoint&) const = default;
};

/// Understands the URLs of core/log_url.hpp that begin with redis, rediss or unix. A database may be in the path or in
/// `?db=`; a Redis Cluster has only database 0. For sentinels the path is `/master` or `/master/database`, and
/// `?sentinel_username=`, `sentinel_password=` and `sentinel_tls=yes|no` say how to log in to them; without the last,
/// TLS is theirs if it is the master's. Throws Error (Retry::never) at anything else, as parse_log_url() does.
Endpoint parse_url(std::string_view url);

/// The endpoint of `settings`, with its TLS files where the URL asks for TLS. Throws as parse_url() does.
Endpoint endpoint_of(const Settings& settings);

}  // namespace contrail::redis
