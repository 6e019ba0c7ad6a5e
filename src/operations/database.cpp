#include "operations/database.hpp"

#include "postgres/schema.hpp"

namespace contrail {

namespace {

// All of it is one transaction, because it is sent as one. The outbox's indexes are to be walked, as the
// streamer does: an emptied segment has no statistics.
constexpr auto read_settings =
    "SET LOCAL transaction_read_only = on; SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = "
    "'2s'; "
    "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; ";

std::string replaced(std::string text, std::string_view placeholder, const std::string& value) {
    for (auto at = text.find(placeholder); at != std::string::npos;
         at = text.find(placeholder, at + value.size()))
        text.replace(at, placeholder.size(), value);
    return text;
}

}  // namespace

Database::Database(const Settings& settings, std::string_view role, const postgres::Waits& waits)
    : connection(settings.database_url, role, waits, [](postgres::Connection&) {}),
      url(settings.database_url),
      schema(settings.schema),
      quoted_schema(postgres::quoted_schema(settings.schema)),
      stream(settings.stream_name) {}

std::string Database::filled(std::string_view text) {
    connection.open();
    const std::string with_names =
        replaced(replaced(std::string(text), "@stream@", literal(connection, stream)), "@schema_name@",
                 literal(connection, schema));
    return postgres::in_schema(with_names, quoted_schema);
}

postgres::Result read(postgres::Connection& connection, std::string_view what, const std::string& query) {
    return connection.run({.what = what}, read_settings + query);
}

std::string literal(const postgres::Connection& connection, std::string_view text) {
    const postgres::TextHandle quoted(PQescapeLiteral(connection.native(), text.data(), text.size()));
    if (!quoted)
        throw Error(Retry::never, "Cannot write \"" + std::string(text) +
                                      "\" into a query: " + PQerrorMessage(connection.native()));
    return quoted.get();
}

std::string quoted_name(std::string_view name) {
    std::string quoted = "\"";
    for (const char c : name) quoted.append(c == '"' ? 2 : 1, c);
    return quoted + '"';
}

}  // namespace contrail
