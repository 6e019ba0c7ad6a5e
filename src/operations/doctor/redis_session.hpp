#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "redis/log_connection.hpp"

namespace contrail::operations::doctor {

/// A session with the Redis server that holds a log, which runs one command after the other.
///
/// Errors   Throws Error, in a whole sentence. The next call then opens a new connection.
/// Threads  Not thread-safe.
class RedisSession {
public:
    /// Connects at the first call.
    RedisSession(redis::Endpoint endpoint, const std::string& stream);

    /// The reply to a command, which may be an error. Valid until the next call.
    const redis::Reply& ask(std::span<const std::string_view> command);
    /// The same, but throws if the reply is an error.
    const redis::Reply& require(std::span<const std::string_view> command);

    const redis::Reply& ask(std::initializer_list<std::string_view> command) {
        return ask(std::span(command.begin(), command.size()));
    }
    const redis::Reply& require(std::initializer_list<std::string_view> command) {
        return require(std::span(command.begin(), command.size()));
    }

    /// As require(), but nothing if the user may not run the command. No part needs the right to all that the
    /// doctor would like to know.
    const redis::Reply* ask_if_allowed(std::initializer_list<std::string_view> command);

    /// How the log is found.
    [[nodiscard]] const redis::Endpoint& endpoint() const noexcept { return connection_.endpoint(); }
    /// The server that was asked last.
    [[nodiscard]] const redis::Endpoint& server() const noexcept { return connection_.server(); }

private:
    [[nodiscard]] Error whole(const Error& error, std::span<const std::string_view> command);

    redis::LogConnection connection_;
};

/// The fields of INFO, by name.
class RedisInfo {
public:
    /// `command`: INFO, or another one with a reply of that form.
    explicit RedisInfo(RedisSession& session, std::initializer_list<std::string_view> command = {"INFO"});

    /// Empty if this version of the server lacks the field.
    [[nodiscard]] std::string text(std::string_view name) const;
    /// 0 if this version of the server lacks the field.
    [[nodiscard]] std::uint64_t number(std::string_view name) const;

private:
    std::map<std::string, std::string, std::less<>> values_;
};

/// A value of the server's configuration. Nothing if the user may not read it, or the server lacks it.
std::optional<std::string> redis_setting(RedisSession& session, std::string_view name);

}  // namespace contrail::operations::doctor
