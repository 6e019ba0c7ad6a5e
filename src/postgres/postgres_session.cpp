#include "contrail/postgres_session.hpp"

#include <libpq-fe.h>

#include <map>
#include <span>
#include <string>

#include "postgres/connection.hpp"
#include "postgres/pooler.hpp"
#include "postgres/schema.hpp"
#include "postgres/sql_rows.hpp"

namespace contrail {

namespace {

constexpr postgres::Attempt commit_transaction{"commit a transaction", postgres::Effect::commit};

}  // namespace

struct PostgresSession::Parts {
    std::chrono::milliseconds answer_wait_max;
    postgres::Connection connection;
    bool prepares = false;                                    ///< No pooler shares the session.
    std::map<std::string, std::string, std::less<>> names{};  ///< Of prepared statements, by their text.
};

PostgresSession::PostgresSession(const Settings& settings, std::string_view name,
                                 std::chrono::milliseconds answer_wait_max)
    : parts_(new Parts{answer_wait_max,
                       {settings.database_url,
                        name,
                        {},
                        [schema = postgres::quoted_schema(settings.schema)](
                            postgres::Connection& connection) { require_schema(connection, schema); }}}) {
    parts_->connection.open();
    parts_->prepares = postgres::pooler_before(parts_->connection, settings.database_url) !=
                       postgres::Pooler::shares_sessions;
}

PostgresSession::~PostgresSession() = default;

std::vector<SqlRow> PostgresSession::execute(std::string_view statement,
                                             std::initializer_list<SqlValue> values) {
    require_open();
    try {
        return Sql(connection(), parts_->answer_wait_max).execute(statement, values);
    } catch (...) {
        close_if_lost();
        throw;
    }
}

std::vector<SqlRow> PostgresSession::execute_prepared(std::string_view statement,
                                                      std::initializer_list<SqlValue> values) {
    if (!parts_->prepares) return execute(statement, values);
    require_open();
    const std::string action = postgres::action_of(statement);
    try {
        postgres::Exchange exchange(connection(), {action, postgres::Effect::transaction},
                                    parts_->answer_wait_max);
        const std::string& name = prepared_name(statement, exchange);
        return postgres::rows_of(
            exchange.run_prepared(name.c_str(), std::span(values.begin(), values.size())), action);
    } catch (...) {
        close_if_lost();
        throw;
    }
}

const std::string& PostgresSession::prepared_name(std::string_view statement, postgres::Exchange& exchange) {
    auto& names = parts_->names;
    if (const auto known = names.find(statement); known != names.end()) return known->second;
    const std::string name = "contrail_" + std::to_string(names.size());
    exchange.prepare(name.c_str(), std::string(statement));
    return names.emplace(statement, name).first->second;
}

void PostgresSession::commit() {
    require_open();
    try {
        const auto done =
            postgres::Exchange(connection(), commit_transaction, parts_->answer_wait_max).run("COMMIT");
        // The server answers a COMMIT that follows a failed statement by rolling back.
        if (done.command() != "COMMIT")
            throw Error(Retry::transaction,
                        "Cannot commit a transaction: one of its statements failed, and it is rolled back.");
    } catch (...) {
        close_if_lost();
        throw;
    }
}

bool PostgresSession::is_open() {
    // Twice: the first call reads the message of a server that shuts down, the second finds the socket
    // closed.
    for (int times = 0; connection() != nullptr && times < 2; ++times)
        if (PQconsumeInput(connection()) == 0) parts_->connection.close();
    return connection() != nullptr;
}

pg_conn* PostgresSession::connection() const noexcept {
    return parts_->connection.native();
}

void PostgresSession::require_open() const {
    if (connection() == nullptr)
        throw Error(Retry::call, "The session with the database has ended. Make another one.");
}

/// In any other state the connection is lost, or the server still works on the statement.
void PostgresSession::close_if_lost() noexcept {
    const auto state = PQtransactionStatus(connection());
    if (state != PQTRANS_IDLE && state != PQTRANS_INTRANS && state != PQTRANS_INERROR)
        parts_->connection.close();
}

}  // namespace contrail
