#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/settings.hpp"
#include "servers/folder.hpp"
#include "servers/private_postgres.hpp"
#include "servers/private_redis.hpp"

namespace demo {

/// A private PostgreSQL and a private Redis, each only where the settings name no server. They end with this
/// object; their data stay.
class PrivateServers {
public:
    /// Receives the name of a server ("postgres", "redis") and one line about it.
    using ServerSink = std::function<void(std::string_view server, const std::string& line)>;

    /// The ports of 127.0.0.1 on which they listen beside their unix sockets, and the password that they ask
    /// for there.
    struct Tcp {
        std::uint16_t postgres_port = 0;
        std::uint16_t redis_port = 0;
        std::string password;
    };

    struct Options {
        std::optional<Tcp> tcp;
        /// Of private servers that hold the log in place of Redis (LOG_URL); empty if there are none.
        std::string log_url;
    };

    /// Starts the servers below `data_dir` and puts their URLs into `settings`. It also writes them to
    /// `data_dir`/servers.toml, readable by this user alone, for the --config of programs that an operator
    /// starts. Throws Error.
    PrivateServers(const std::filesystem::path& data_dir, contrail::Settings& settings, ServerSink sink,
                   const Options& options);

    /// Each becomes readable when its server has died. Ask again after every call of start_dead_servers(),
    /// hold() and release().
    [[nodiscard]] std::vector<int> exit_descriptors();

    [[nodiscard]] bool has_postgres() const noexcept { return postgres_.has_value(); }
    [[nodiscard]] bool has_redis() const noexcept { return redis_.has_value(); }
    /// True if the servers that hold the log are private, Redis or not.
    [[nodiscard]] bool has_log() const noexcept { return !log_url_.empty(); }

    /// Only if has_postgres().
    [[nodiscard]] contrail::servers::PrivatePostgres& postgres() { return postgres_.value(); }
    /// Only if has_redis().
    [[nodiscard]] contrail::servers::PrivateRedis& redis() { return redis_.value(); }

    /// From now on, this server stays down if it dies, until release().
    void hold(std::string_view server) { held_.emplace(server); }
    void release(std::string_view server) { held_.erase(std::string(server)); }

    /// Starts each server that died, and waits until it is ready, as long as `keep_waiting` returns true.
    /// Throws Error if it does not start.
    void start_dead_servers(const contrail::servers::KeepWaiting& keep_waiting);

private:
    void write_settings_file(const contrail::servers::Folder& data_dir, const std::string& stream_name) const;

    [[nodiscard]] bool held(std::string_view server) const { return held_.contains(std::string(server)); }

    ServerSink sink_;
    std::string log_url_;  ///< Of the private servers that hold the log; empty if they are not private.
    std::set<std::string> held_;
    std::optional<contrail::servers::PrivatePostgres> postgres_;
    std::optional<contrail::servers::PrivateRedis> redis_;
};

}  // namespace demo
