#include "contrail/postgres_session.hpp"

#include <libpq-fe.h>

#include "postgres/connection.hpp"
#include "postgres/schema.hpp"

namespace contrail {

namespace {

constexpr postgres::Attempt commit_transaction{"commit a transaction", postgres::Effect::commit};

}  // namespace

struct PostgresSession::Parts {
    std::chrono::milliseconds answer_wait_max;
    postgres::Connection connection;
};

PostgresSession::PostgresSession(const Settings& settings, std::string_view name,
                                 std::chrono::milliseconds answer_wait_max)
    : parts_(
          new Parts{answer_wait_max,
                    {settings.database_url,
                     name,
                     {},
                     [schema = postgres::quoted_schema(settings.schema)](postgres::Connection& connection) {
                         require_schema(connection, schema);
                     }}}) {
    parts_->connection.open();
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
