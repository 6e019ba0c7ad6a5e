#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "redis/connection.hpp"

namespace contrail::doctor {

/// A Redis server, asked one command after the other.
///
/// Errors   Throws Error, in a whole sentence; the next call then starts on a fresh connection.
/// Threads  Not thread-safe.
class RedisSession {
public:
    /// Connects at the first call.
    explicit RedisSession(redis::Endpoint endpoint);

    /// The reply to a command, which may be an error. Valid until the next call.
    const redis::Reply& ask(std::span<const std::string_view> command);
    /// The same, but throws at an error.
    const redis::Reply& require(std::span<const std::string_view> command);

    const redis::Reply& ask(std::initializer_list<std::string_view> command) {
        return ask(std::span(command.begin(), command.size()));
    }
    const redis::Reply& require(std::initializer_list<std::string_view> command) {
        return require(std::span(command.begin(), command.size()));
    }

    [[nodiscard]] const redis::Endpoint& endpoint() const noexcept { return connection_.endpoint(); }

private:
    [[nodiscard]] Error whole(const Error& error, std::span<const std::string_view> command);

    redis::Connection connection_;
};

/// What INFO tells, by name.
class RedisInfo {
public:
    explicit RedisInfo(RedisSession& session);

    /// Empty if this server's version does not tell it.
    [[nodiscard]] std::string text(std::string_view name) const;
    /// 0 if this server's version does not tell it.
    [[nodiscard]] std::uint64_t number(std::string_view name) const;

private:
    std::map<std::string, std::string, std::less<>> values_;
};

/// A value of the server's configuration; nothing if the user may not see it, or the server has none.
std::optional<std::string> redis_setting(RedisSession& session, std::string_view name);

}  // namespace contrail::doctor
