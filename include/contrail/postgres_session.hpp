#pragma once

#include <chrono>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/postgres.hpp"
#include "contrail/settings.hpp"

namespace contrail {

namespace postgres {
class Exchange;
}

/// A session with the database of a service, for SQL of the service's own:
///
///     contrail::PostgresSession session(settings, "shop");
///     session.execute("BEGIN");
///     session.execute("INSERT INTO orders (item) VALUES ($1)", {item});
///     session.execute(in_schema("SELECT @schema@.stage('create', 'order', $1)", settings), {order});
///     session.commit();
///
/// A service that has a PostgreSQL library of its own does not need it.
///
/// Errors   Calls throw Error. If the server only refused a statement, the session stays open. Otherwise it is
///          closed, and so is its transaction: make another session.
/// Threads  Not thread-safe.
class PostgresSession {
public:
    /// Connects, within seconds, and checks that Contrail's schema is there. `name` is what the session is
    /// called in pg_stat_activity, after `contrail`. Statements may take up to `answer_wait_max`. Throws
    /// Error: Retry::never if an operator must act first (wrong password, no such database, no schema), else
    /// Retry::call.
    explicit PostgresSession(const Settings& settings, std::string_view name,
                             std::chrono::milliseconds answer_wait_max = std::chrono::minutes(1));
    PostgresSession(const PostgresSession&) = delete;
    PostgresSession& operator=(const PostgresSession&) = delete;
    /// Closes the session, which rolls its transaction back.
    ~PostgresSession();

    /// As Sql::execute().
    std::vector<SqlRow> execute(std::string_view statement, std::initializer_list<SqlValue> values = {});

    /// As execute() of one statement, but Postgres parses it once and plans it a few times: for statements that
    /// are executed often. The session remembers each different text. Behind a pooler that shares sessions
    /// among programs nothing is prepared.
    std::vector<SqlRow> execute_prepared(std::string_view statement, std::initializer_list<SqlValue> values);

    /// Commits the transaction that a statement began. Throws Error: Retry::in_doubt if the answer is lost,
    /// and another one if the transaction was rolled back.
    void commit();

    /// False once the session is closed. Notices that the server has gone, without asking it.
    [[nodiscard]] bool is_open();

    /// For libpq. Null once the session is closed. Valid while it is open.
    [[nodiscard]] pg_conn* connection() const noexcept;

private:
    const std::string& prepared_name(std::string_view statement, postgres::Exchange& exchange);
    void require_open() const;
    void close_if_lost() noexcept;

    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace contrail
