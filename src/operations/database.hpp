#pragma once

#include <string>
#include <string_view>

#include "contrail/settings.hpp"
#include "postgres/connection.hpp"

namespace contrail::operations {

/// An operator waits for the answer: less than a program's work would bear. read() gives a query ten seconds, so a
/// server that is late still says why.
constexpr postgres::Waits operator_waits{.connect_max = std::chrono::seconds(5),
                                         .answer_max = std::chrono::seconds(11),
                                         .batch_max = std::chrono::seconds(11)};

/// A database with Contrail's schema, for reading. Connects at the first call.
struct Database {
    /// `role` completes the session's application_name: `contrail <role>`. `set_up` checks each new session.
    Database(
        const Settings& settings, std::string_view role, const postgres::Waits& waits = operator_waits,
        postgres::Connection::SetUp set_up = [](postgres::Connection&) {});

    /// `text` with names filled in: `@schema@` becomes the schema's name in double quotes; `@stream@` and
    /// `@schema_name@` become the log's and the schema's name in single quotes.
    [[nodiscard]] std::string filled(std::string_view text);

    postgres::Connection connection;
    std::string url;
    std::string schema;
    std::string quoted_schema;
    std::string stream;
};

/// Runs one query that changes nothing, for at most ten seconds. Its settings end with it: behind a pooler,
/// another client uses the session next. `what` completes "Cannot …".
postgres::Result read(postgres::Connection& connection, std::string_view what, const std::string& query);

/// Throws Error unless `result`, a query about the newest batch, has a row. The table always has one: the
/// first row stands for the state before the first batch.
void require_batches(const postgres::Result& result, const Database& database);

/// `text` as an SQL literal. The connection must be open.
std::string literal(const postgres::Connection& connection, std::string_view text);

/// `name` as an SQL identifier, in double quotes.
std::string quoted_name(std::string_view name);

}  // namespace contrail::operations
