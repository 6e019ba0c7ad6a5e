#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "servers/child_process.hpp"
#include "servers/server_folder.hpp"

namespace contrail::servers {

/// A PostgreSQL server of our own in a folder of our own: a unix socket, no port, nothing shared with a
/// server that the system may run. Its data are there again at the next start.
///
/// Access   Whoever may enter the folder (its owner and root) may connect, as superuser `postgres`.
/// Lifetime It ends with this object, and with the thread that started it (see ChildProcess).
/// Errors   Every call throws Error (Retry::never), with the last lines of the server's log.
/// Threads  Not thread-safe.
class PrivatePostgres {
public:
    struct Options {
        /// Data, log and socket are in here. Made if it is not there; its parents too.
        std::filesystem::path data_dir;
        /// False trades the survival of a power cut for speed, as tests do. Data survive kill() all the same.
        bool durable = true;
        /// Further server settings, as in postgresql.conf.
        std::map<std::string, std::string> settings = {};
    };

    /// Makes the database cluster if there is none, and starts the server.
    explicit PrivatePostgres(Options options);
    /// As stop(), but lets no error out.
    ~PrivatePostgres();
    PrivatePostgres(const PrivatePostgres&) = delete;
    PrivatePostgres& operator=(const PrivatePostgres&) = delete;

    /// libpq URI of one of its databases; `postgres` always exists.
    [[nodiscard]] std::string url(std::string_view database = "postgres") const;

    /// The unix socket on which it listens.
    [[nodiscard]] std::filesystem::path socket() const;

    /// False after stop() and kill(), and if it died.
    [[nodiscard]] bool running();
    /// Starts it again, and returns when it is ready, or when `keep_waiting` returns false, which is asked
    /// every 10 ms. Does nothing if it runs.
    void start(const KeepWaiting& keep_waiting = [] { return true; });
    /// Ends it in order: sessions are cut off, their open transactions rolled back, and data written out.
    /// Does nothing if it does not run.
    void stop();
    /// SIGKILL to all its processes at once, as a power cut would. Does nothing if it does not run.
    void kill();
    /// Stops all its processes where they are (SIGSTOP): sessions stay open, and nobody answers. kill() works
    /// all the same; stop() only after thaw().
    void freeze();
    /// Lets them go on (SIGCONT).
    void thaw();

    /// The server process, until stop() or kill().
    [[nodiscard]] ChildProcess& process() { return process_.value(); }

    [[nodiscard]] bool has_database(std::string_view name) const;
    /// Makes a database, as a copy of `source` to which nobody may be connected.
    void create_database(std::string_view name, std::string_view source = "template1") const;
    /// Removes a database if there is one, and cuts off who is connected to it.
    void drop_database(std::string_view name) const;

private:
    void forget_dead_postmaster() const;
    [[nodiscard]] Command server_command() const;

    Options options_;
    ServerFolder folder_;
    std::filesystem::path data_;
    std::filesystem::path programs_;
    std::optional<ChildProcess> process_;
};

}  // namespace contrail::servers
