#pragma once

#include <optional>
#include <string>

#include "redis/connection.hpp"

namespace contrail::redis {

/// The connection to the server that holds a log now. That is one server for good; or the master that sentinels name;
/// or the master of the log's slot in a Redis Cluster. Where it can change, it is looked for at every open(), until it
/// is found or the time to connect has passed: a fail-over is followed as soon as it is done. Nodes that send clients
/// in a circle are left to the caller, whose pauses grow.
///
/// Errors   As of Connection.
/// Threads  Not thread-safe.
class LogConnection {
public:
    /// `key`: of the log's stream.
    LogConnection(Endpoint endpoint, std::string key, Timeouts timeouts);

    /// Connects and logs in, unless that is done.
    void open();
    void close() noexcept { connection_.close(); }

    /// For messages: how the log is found and, while the connection is open, where it was found.
    [[nodiscard]] std::string name() const;
    [[nodiscard]] const Endpoint& endpoint() const noexcept { return endpoint_; }
    /// The server of the connection that was opened last.
    [[nodiscard]] const Endpoint& server() const noexcept { return connection_.endpoint(); }

    /// Open, unless nothing was opened since the last close().
    Connection& operator*() noexcept { return connection_; }
    Connection* operator->() noexcept { return &connection_; }

private:
    [[nodiscard]] bool is_one_server() const {
        return std::holds_alternative<std::monostate>(endpoint_.found_by);
    }
    [[nodiscard]] Connection find() const;

    Endpoint endpoint_;
    std::string key_;
    Timeouts timeouts_;
    Connection connection_;
    std::optional<LogUrl::Host> found_at_;
};

}  // namespace contrail::redis
