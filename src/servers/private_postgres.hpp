#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "servers/child_process.hpp"
#include "servers/server_folder.hpp"
#include "servers/tcp_access.hpp"

namespace contrail::servers {

/// A private PostgreSQL server in a folder of its own: a unix socket, no port unless it is asked for, nothing
/// shared with a server that the system may run. Its data are still there at the next start.
///
/// Access   The server's user and root may connect, as superuser `postgres`. Lifetime The server ends with
///          this object, and with the thread that started it (see ChildProcess).
/// Errors   Every call throws Error (Retry::never), with the last lines of the server's log.
/// Threads  Not thread-safe.
class PrivatePostgres {
public:
    struct Options {
        /// Holds data, log and socket; see ServerFolder.
        std::filesystem::path data_dir;
        /// False is faster, but data do not survive a power cut. They survive kill() in any case.
        bool durable = true;
        /// More server settings, as in postgresql.conf.
        std::map<std::string, std::string> settings = {};
        /// Nothing: only the unix socket.
        std::optional<TcpAccess> tcp = std::nullopt;
    };

    /// Creates the database cluster if there is none, and starts the server.
    explicit PrivatePostgres(Options options);
    /// As stop(), but without an error.
    ~PrivatePostgres();
    PrivatePostgres(const PrivatePostgres&) = delete;
    PrivatePostgres& operator=(const PrivatePostgres&) = delete;

    /// libpq URI of one of its databases; `postgres` always exists.
    [[nodiscard]] std::string url(std::string_view database = "postgres") const;

    /// The same over TCP, for superuser `postgres` with the password. Only with Options::tcp.
    [[nodiscard]] std::string tcp_url(std::string_view database = "postgres") const;

    /// The unix socket on which it listens.
    [[nodiscard]] std::filesystem::path socket() const;

    /// False after stop() and kill(), and if the server died.
    [[nodiscard]] bool running();
    /// Starts the server again. Returns once it is ready, or once `keep_waiting` returns false; it calls that
    /// every 10 ms. Does nothing if the server runs.
    void start(const KeepWaiting& keep_waiting = [] { return true; });
    /// Ends the server in order: it closes sessions, rolls back their transactions, and writes its data to
    /// disk. Does nothing if the server does not run.
    void stop();
    /// SIGKILL to all its processes at once, as in a power cut. Does nothing if the server does not run.
    void kill();
    /// Stops all its processes (SIGSTOP): sessions stay open and get no answer. kill() works all the same,
    /// stop() only after thaw().
    void freeze();
    /// Lets the processes go on (SIGCONT).
    void thaw();

    /// The server process, until stop() or kill().
    [[nodiscard]] ChildProcess& process() { return process_.value(); }

    [[nodiscard]] bool has_database(std::string_view name) const;
    /// Creates a database as a copy of `source`, which must have no session.
    void create_database(std::string_view name, std::string_view source = "template1") const;
    /// Removes the database if it exists, and ends its sessions.
    void drop_database(std::string_view name) const;

private:
    [[nodiscard]] std::string port() const;
    void wait_for_memory(const KeepWaiting& keep_waiting) const;
    void remove_stale_pid_files() const;
    [[nodiscard]] Command server_command() const;

    Options options_;
    ServerFolder folder_;
    std::filesystem::path data_;
    std::filesystem::path programs_;
    std::optional<ChildProcess> process_;
};

}  // namespace contrail::servers
