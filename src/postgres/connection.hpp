#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "postgres/exchange.hpp"

namespace contrail::postgres {

/// A statement that is prepared once per connection.
struct Statement {
    const char* name;  ///< Of its own among all statements of one connection.
    Attempt attempt;
    std::string text;
};

/// How long to wait for a server that says nothing.
struct Waits {
    Milliseconds connect_max{5'000};  ///< Per host that the URL lists.
    Milliseconds answer_max{60'000};
    Milliseconds batch_max{600'000};  ///< For statements that walk a batch.
};

/// A connection that is made when it is needed, and made anew after an error.
///
/// Errors   Every call throws Error, and the connection is then closed: what the session had (locks, an open
///          transaction, prepared statements) is gone.
/// Threads  Not thread-safe.
class Connection {
public:
    /// What every new session begins with: settings, and checks of what it found. May use the connection.
    using SetUp = std::function<void(Connection&)>;

    /// `role` completes the name that the session goes by in pg_stat_activity: `contrail <role>`.
    Connection(std::string url, std::string_view role, const Waits& waits, SetUp set_up);

    /// Connects if there is no connection.
    void open();
    void close() noexcept;

    Result execute(const Statement& statement, const std::vector<SqlValue>& values = {});

    /// Without preparing: a pooler may hand every transaction another session.
    Result run(const Attempt& attempt, const std::string& statement, const std::vector<SqlValue>& values);

    /// Any number of statements. The result is the last one's.
    Result run(const Attempt& attempt, const std::string& statements);

    /// For an exchange of several steps. Whoever makes it closes the connection if a step fails.
    Exchange begin(const Attempt& attempt);

    /// Null while there is no connection.
    [[nodiscard]] PGconn* native() const noexcept { return connection_.get(); }

private:
    template <class Step>
    Result closing_on_error(Step step);
    void prepare(const Statement& statement);

    std::string url_;
    std::string application_name_;
    Waits waits_;
    SetUp set_up_;
    ConnectionHandle connection_;
    std::set<std::string_view> prepared_;
};

}  // namespace contrail::postgres
