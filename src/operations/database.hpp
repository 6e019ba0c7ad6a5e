#pragma once

#include <string>
#include <string_view>

#include "contrail/settings.hpp"
#include "postgres/connection.hpp"

namespace contrail {

/// A database with Contrail's schema, for reading; connects at the first call.
struct Database {
    /// `role` completes the name that its session goes by: `contrail <role>`.
    Database(const Settings& settings, std::string_view role, const postgres::Waits& waits = {});

    /// `text` with every `@schema@` replaced by the schema's name in double quotes, and `@stream@` and
    /// `@schema_name@` by the log's and the schema's name in single ones.
    [[nodiscard]] std::string filled(std::string_view text);

    postgres::Connection connection;
    std::string url;
    std::string schema;
    std::string quoted_schema;
    std::string stream;
};

/// Runs one query that must change nothing, for at most ten seconds. What is set for it ends with it: behind
/// a pooler, another client gets the session afterwards. `what` completes "Cannot …".
postgres::Result read(postgres::Connection& connection, std::string_view what, const std::string& query);

/// `text` as SQL writes it, in quotes. The connection must be open.
std::string literal(const postgres::Connection& connection, std::string_view text);

/// `name` as SQL writes it, in double quotes.
std::string quoted_name(std::string_view name);

}  // namespace contrail
