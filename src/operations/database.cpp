#include "operations/database.hpp"

#include <utility>

#include "postgres/schema.hpp"

namespace contrail::operations {

namespace {

// Sent together, all statements are one transaction. Queries use the outbox's indexes, as the streamer does:
// an emptied segment has no statistics.
constexpr auto read_settings =
    "SET LOCAL transaction_read_only = on; SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = "
    "'2s'; "
    "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; ";

}  // namespace

Database::Database(const Settings& settings, std::string_view role, const postgres::Waits& waits,
                   postgres::Connection::SetUp set_up)
    : connection(settings.database_url, role, waits, std::move(set_up)),
      url(settings.database_url),
      schema(settings.schema),
      quoted_schema(postgres::quoted_schema(settings.schema)),
      stream(settings.stream_name) {}

std::string Database::filled(std::string_view text) {
    connection.open();
    const std::string with_names =
        postgres::replaced(postgres::replaced(std::string(text), "@stream@", literal(connection, stream)),
                           "@schema_name@", literal(connection, schema));
    return postgres::in_schema(with_names, quoted_schema);
}

postgres::Result read(postgres::Connection& connection, std::string_view what, const std::string& query) {
    return connection.run({.what = what}, read_settings + query);
}

void require_batches(const postgres::Result& result, const Database& database) {
    if (result.rows() > 0) return;
    throw Error(Retry::never,
                "Cannot tell what was sent: the table " + database.quoted_schema +
                    ".batches is empty. It always holds a row, so an operator or a program has deleted "
                    "rows there. Restore the table from a backup.");
}

std::string literal(const postgres::Connection& connection, std::string_view text) {
    const postgres::TextHandle quoted(PQescapeLiteral(connection.native(), text.data(), text.size()));
    if (!quoted)
        throw Error(Retry::never, "Cannot use \"" + std::string(text) +
                                      "\" in a query: " + PQerrorMessage(connection.native()));
    return quoted.get();
}

std::string quoted_name(std::string_view name) {
    std::string quoted = "\"";
    for (const char c : name) quoted.append(c == '"' ? 2 : 1, c);
    return quoted + '"';
}

}  // namespace contrail::operations
