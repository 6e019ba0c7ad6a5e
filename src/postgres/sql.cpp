#include <libpq-fe.h>

#include <span>

#include "contrail/postgres.hpp"
#include "postgres/connection.hpp"

namespace contrail {

namespace {

/// An error message quotes no more of a statement.
constexpr std::size_t quoted_bytes_max = 200;

std::string quoted(const std::string& statement) {
    const std::string line = postgres::in_one_line(statement.substr(0, quoted_bytes_max));
    return statement.size() > quoted_bytes_max ? line + "…" : line;
}

SqlRow row_from(const postgres::Result& result, int row) {
    SqlRow values(static_cast<std::size_t>(result.columns()));
    for (int column = 0; column < result.columns(); ++column) {
        if (!result.is_null(row, column)) values[static_cast<std::size_t>(column)] = result.text(row, column);
    }
    return values;
}

}  // namespace

std::vector<SqlRow> Sql::execute(std::string_view statement, std::initializer_list<SqlValue> values) {
    const std::string text(statement);
    const std::string what = "run \"" + quoted(text) + '"';
    postgres::Exchange exchange(connection_, {what, postgres::Effect::transaction}, answer_wait_max_);
    const postgres::Result result = values.size() == 0
                                        ? exchange.run(text)
                                        : exchange.run(text, std::span(values.begin(), values.size()));
    if (result.is_copy()) {
        throw Error(Retry::never,
                    "Cannot " + what + ": Sql does not transfer the data of a COPY. Use connection().");
    }
    std::vector<SqlRow> rows;
    rows.reserve(static_cast<std::size_t>(result.rows()));
    for (int row = 0; row < result.rows(); ++row) rows.push_back(row_from(result, row));
    return rows;
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
