#include "postgres/sql_rows.hpp"

#include <libpq-fe.h>

#include <span>

#include "postgres/connection.hpp"

namespace contrail {

namespace postgres {

namespace {

/// An error message quotes no more of a statement.
constexpr std::size_t quoted_bytes_max = 200;

SqlRow row_from(const Result& result, int row) {
    SqlRow values(static_cast<std::size_t>(result.columns()));
    for (int column = 0; column < result.columns(); ++column) {
        if (!result.is_null(row, column)) values[static_cast<std::size_t>(column)] = result.text(row, column);
    }
    return values;
}

}  // namespace

std::string action_of(std::string_view statement) {
    const std::string line = in_one_line(std::string(statement.substr(0, quoted_bytes_max)));
    return "run \"" + line + (statement.size() > quoted_bytes_max ? "…\"" : "\"");
}

std::vector<SqlRow> rows_of(const Result& result, std::string_view action) {
    if (result.is_copy()) {
        throw Error(Retry::never, "Cannot " + std::string(action) +
                                      ": Sql does not transfer the data of a COPY. Use connection().");
    }
    std::vector<SqlRow> rows;
    rows.reserve(static_cast<std::size_t>(result.rows()));
    for (int row = 0; row < result.rows(); ++row) rows.push_back(row_from(result, row));
    return rows;
}

}  // namespace postgres

std::vector<SqlRow> Sql::execute(std::string_view statement, std::initializer_list<SqlValue> values) {
    const std::string text(statement);
    const std::string action = postgres::action_of(statement);
    postgres::Exchange exchange(connection_, {action, postgres::Effect::transaction}, answer_wait_max_);
    return postgres::rows_of(values.size() == 0
                                 ? exchange.run(text)
                                 : exchange.run(text, std::span(values.begin(), values.size())),
                             action);
}

Sql sql(Transaction& transaction) {
    auto* const connection = static_cast<pg_conn*>(transaction.native_handle());
    if (connection == nullptr) {
        throw Error(Retry::never,
                    "Cannot run SQL in this transaction: it has no PostgreSQL session. Use sql() only with "
                    "the transactions of postgres_checkpoints().");
    }
    return Sql(connection);
}

}  // namespace contrail
