#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "servers/child_process.hpp"
#include "servers/server_folder.hpp"

namespace contrail::servers {

/// A Redis server of our own in a folder of our own: a unix socket, no port. Its data are there again at
/// the next start, unless it does not append.
///
/// Access   Whoever may enter the folder (its owner and root) may connect, without a password.
/// Lifetime It ends with this object, and with the thread that started it (see ChildProcess).
/// Errors   Every call throws Error (Retry::never), with the last lines of the server's log.
/// Threads  Not thread-safe.
class PrivateRedis {
public:
    struct Options {
        /// Data, log and socket are in here. Made if it is not there; its parents too.
        std::filesystem::path data_dir;
        /// Writes every command to disk before it answers. False keeps all in memory only.
        bool append_only = true;
        /// Further server settings, as in redis.conf; they win over the usual ones.
        std::map<std::string, std::string> settings = {};
    };

    /// Starts the server.
    explicit PrivateRedis(Options options);
    /// As stop(), but lets no error out.
    ~PrivateRedis();
    PrivateRedis(const PrivateRedis&) = delete;
    PrivateRedis& operator=(const PrivateRedis&) = delete;

    /// `unix:///…/redis.sock?db=0`.
    [[nodiscard]] std::string url() const;

    /// The unix socket on which it listens.
    [[nodiscard]] const std::filesystem::path& socket() const noexcept { return socket_; }

    /// False after stop() and kill(), and if it died.
    [[nodiscard]] bool running();
    /// Starts it again, and returns when it is ready, or when `keep_waiting` returns false, which is asked
    /// every 10 ms. Does nothing if it runs.
    void start(const KeepWaiting& keep_waiting = [] { return true; });
    /// Ends it in order, its data written out. Does nothing if it does not run.
    void stop();
    /// SIGKILL, as a power cut would. Does nothing if it does not run.
    void kill();

    /// The server process, until stop() or kill().
    [[nodiscard]] ChildProcess& process() { return process_.value(); }

private:
    [[nodiscard]] Command server_command() const;

    Options options_;
    ServerFolder folder_;
    std::filesystem::path socket_;
    std::optional<ChildProcess> process_;
};

}  // namespace contrail::servers
