#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "servers/child_process.hpp"
#include "servers/server_folder.hpp"
#include "servers/tcp_access.hpp"

namespace contrail::servers {

/// A private Redis server in a folder of its own: a unix socket, no port unless it is asked for. Its data are
/// still there at the next start, if it has an append-only file.
///
/// Program  `redis-server`, or what the variable CONTRAIL_REDIS_PROGRAM names: another version, or Valkey.
/// Access   The server's user and root may connect, without a password unless there is a port.
/// Lifetime The server ends with this object, and with the thread that started it (see ChildProcess).
/// Errors   Every call throws Error (Retry::never), with the last lines of the server's log.
/// Threads  Not thread-safe.
class PrivateRedis {
public:
    struct Options {
        /// Holds data, log and socket; see ServerFolder.
        std::filesystem::path data_dir;
        /// True: writes each command to disk before the answer. False: keeps all data in memory.
        bool append_only = true;
        /// More server settings, as in redis.conf. They override the usual ones.
        std::map<std::string, std::string> settings = {};
        /// Nothing: only the unix socket. The password is asked for on the socket, too.
        std::optional<TcpAccess> tcp = std::nullopt;
    };

    /// Starts the server.
    explicit PrivateRedis(Options options);
    /// As stop(), but without an error.
    ~PrivateRedis();
    PrivateRedis(const PrivateRedis&) = delete;
    PrivateRedis& operator=(const PrivateRedis&) = delete;

    /// `unix:///…/redis.sock?db=0`, with the password if there is one.
    [[nodiscard]] std::string url() const;

    /// `redis://:password@127.0.0.1:16379/0`. Only with Options::tcp.
    [[nodiscard]] std::string tcp_url() const;

    /// Empty: it asks for none.
    [[nodiscard]] std::string password() const { return options_.tcp ? options_.tcp->password : ""; }

    /// The unix socket on which it listens.
    [[nodiscard]] const std::filesystem::path& socket() const noexcept { return socket_; }

    /// The folder with its data.
    [[nodiscard]] const std::filesystem::path& home() const noexcept { return folder_.home().path(); }

    /// False after stop() and kill(), and if the server died.
    [[nodiscard]] bool running();
    /// Starts the server again. Returns once it is ready, or once `keep_waiting` returns false; it calls that
    /// every 10 ms. Does nothing if the server runs.
    void start(const KeepWaiting& keep_waiting = [] { return true; });
    /// Ends the server in order; it writes its data to disk. Does nothing if the server does not run.
    void stop();
    /// SIGKILL, as in a power cut. Does nothing if the server does not run.
    void kill();

    /// The server process, until stop() or kill().
    [[nodiscard]] ChildProcess& process() { return process_.value(); }

private:
    void write_tcp_settings() const;
    [[nodiscard]] Command server_command() const;

    Options options_;
    ServerFolder folder_;
    std::filesystem::path socket_;
    std::optional<ChildProcess> process_;
};

}  // namespace contrail::servers
