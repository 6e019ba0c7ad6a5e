#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace contrail {

/// The parts of a URL that says where a log is, percent signs decoded. What they mean is the adapter's to say.
struct LogUrl {
    enum class Engine { redis, redis_socket, redis_sentinel, redis_cluster, kafka };

    struct Host {
        std::string name;                   ///< A name or an address; IPv6 without brackets.
        std::optional<std::uint16_t> port;  ///< Nothing: the engine's usual one.

        bool operator==(const Host&) const = default;
    };

    Engine engine = Engine::redis;
    bool tls = false;
    std::string user{};
    std::optional<std::string> password{};
    std::vector<Host> hosts{};  ///< Empty where the URL names none.
    std::string path{};         ///< With its first slash, as in `/mymaster/0`; empty if there is none.
    std::map<std::string, std::string, std::less<>> parameters{};

    bool operator==(const LogUrl&) const = default;
};

/// Understands
///
///     redis[s]://[[user]:password@][host][:port][/database]
///     unix://[[user]:password@]/path/to/socket                        (redis+unix:// is the same)
///     redis[s]+sentinel://[[user]:password@]host[:port][,host…]/…     (redis[s]-sentinel:// is the same)
///     redis[s]+cluster://[[user]:password@]host[:port][,host…]        (redis[s]-cluster:// and ?cluster=true are)
///     kafka[+ssl]://[user:password@]host[:port][,host…][/topic]
///
/// each with `?name=value&…`. Throws Error (Retry::never) at anything else. The message quotes nothing of the URL: a
/// part that was misread may belong to the password.
LogUrl parse_log_url(std::string_view url);

/// Refuses a URL for `problem`, which completes "The URL of the log …", and says how to write one. For adapters that
/// find a part that they cannot use.
[[noreturn]] void refuse_log_url(const std::string& problem);

/// Hosts as a URL has them: `one:6379,[::1]:6380`.
std::string hosts_text(const std::vector<LogUrl::Host>& hosts, std::uint16_t usual_port);

}  // namespace contrail
