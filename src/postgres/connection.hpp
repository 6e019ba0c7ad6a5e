#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "postgres/connect_error.hpp"
#include "postgres/exchange.hpp"

namespace contrail::postgres {

/// A statement that is prepared once per connection.
struct Statement {
    const char* name;  ///< Unique among the statements of a connection.
    Attempt attempt;
    std::string text;
};

/// How long to wait for a silent server.
struct Waits {
    Milliseconds connect_max{5'000};  ///< For each host in the URL.
    Milliseconds answer_max{60'000};
    Milliseconds batch_max{600'000};  ///< For statements that walk a batch.
};

/// A connection that opens at first use, and again after an error.
///
/// Safety   Each transaction that run() begins is pinned (see pinned_settings), unless its attempt is for the
///          service. A pooler may give each transaction another session, so nothing outlives it.
/// Errors   Every call throws Error and then closes the connection. The session's locks, open transaction and
///          prepared statements end with it.
/// Threads  Not thread-safe.
class Connection {
public:
    /// Prepares a new session: sets its parameters and checks the database. May use the connection.
    using SetUp = std::function<void(Connection&)>;

    /// `role` completes the session's application_name: `contrail <role>`.
    Connection(std::string url, std::string_view role, const Waits& waits, SetUp set_up);

    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() { close(); }

    /// Connects if there is no connection.
    void open();
    /// Cancels the statement that runs, if one does, so that no session stays behind in the server.
    void close() noexcept;

    /// Takes the session for this process alone, and pins all of it. execute() needs that. Throws Error
    /// (Retry::never), and changes nothing, if a pooler shares the session with other programs.
    void own_session();

    /// Prepares the statement at its first use in a session.
    Result execute(const Statement& statement, const std::vector<SqlValue>& values = {});

    /// Without preparing: the session may be another one in each transaction.
    Result run(const Attempt& attempt, const std::string& statement, const std::vector<SqlValue>& values);

    /// Any number of statements. Returns the result of the last one.
    Result run(const Attempt& attempt, const std::string& statements);

    /// For an exchange of several steps. The caller closes the connection if a step fails.
    Exchange begin(const Attempt& attempt);

    /// How long the server lets a statement wait for a lock: less than this program waits for its answer.
    [[nodiscard]] Milliseconds lock_wait_max() const noexcept { return waits_.answer_max / 2; }

    /// Null while there is no connection.
    [[nodiscard]] PGconn* native() const noexcept { return connection_.get(); }

private:
    template <class Step>
    Result closing_on_error(Step step);
    void prepare(const Statement& statement);
    [[nodiscard]] bool begins_unpinned(const Attempt& attempt) const;

    std::string url_;
    std::string application_name_;
    Waits waits_;
    SetUp set_up_;
    ConnectionHandle connection_;
    std::set<std::string_view> prepared_;
    bool is_pinned_ = false;
    Acquaintance acquaintance_ = Acquaintance::none;
};

}  // namespace contrail::postgres
