#include "postgres/schema.hpp"

#include <algorithm>

namespace contrail::postgres {

namespace {

constexpr Attempt check_schema{.what = "check Contrail's schema"};

// → the schema of a function stage() that names another schema, and the one that it names. Every role may read it,
// unlike the tables.
constexpr auto renamed_text = R"(
    SELECT quote_ident(own.nspname), named.schema
    FROM pg_proc AS stage JOIN pg_namespace AS own ON own.oid = stage.pronamespace,
         LATERAL (SELECT substring(stage.prosrc FROM 'INSERT INTO (.+)[.]staged_log_records') AS schema) AS named
    WHERE stage.proname = 'stage' AND named.schema IS NOT NULL
      AND to_regnamespace(named.schema) IS DISTINCT FROM stage.pronamespace::regnamespace)";

/// Rows of renamed_text that `condition` selects by $1, the schema's quoted name.
Result renamed(Connection& connection, std::string_view condition, std::string_view quoted_schema) {
    return connection.run(check_schema, std::string(renamed_text).append(condition),
                          {std::string(quoted_schema)});
}

}  // namespace

std::string quoted_schema(std::string_view schema) {
    constexpr std::size_t length_max = 63;
    const bool has_forbidden = std::any_of(schema.begin(), schema.end(), [](char c) {
        return c == '$' || c == '\x7f' || (c >= '\0' && c < ' ');
    });
    if (schema.empty() || schema.size() > length_max || has_forbidden) {
        throw Error(Retry::never,
                    "Cannot use \"" + std::string(schema) +
                        "\" as the name of Contrail's schema: it must have 1 to 63 bytes, and neither "
                        "control characters nor a $. Correct CONTRAIL_SCHEMA.");
    }
    std::string quoted = "\"";
    for (const char c : schema) quoted.append(c == '"' ? 2 : 1, c);
    return quoted + '"';
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    return text;
}

std::string in_schema(std::string_view text, std::string_view quoted_schema) {
    return replaced(std::string(text), "@schema@", quoted_schema);
}

bool has_table(Connection& connection, std::string_view quoted_schema, std::string_view table) {
    // Reading pg_class makes the session notice what other programs have created while it waited for its turn.
    return connection
        .run(check_schema, "SELECT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass($1))",
             {std::string(quoted_schema).append(".").append(table)})
        .boolean(0, 0);
}

int schema_version(Connection& connection, std::string_view quoted_schema) {
    if (!has_table(connection, quoted_schema, "schema_version")) return 0;
    const Result version = connection.run(
        check_schema,
        in_schema("SELECT coalesce(max(version), 0) FROM @schema@.schema_version", quoted_schema));
    return static_cast<int>(version.integer(0, 0));
}

void require_schema(Connection& connection, std::string_view quoted_schema) {
    const int version = schema_version(connection, quoted_schema);
    if (version >= schema_version_needed) return require_not_renamed(connection, quoted_schema);
    const std::string found = version == 0
                                  ? "it has no schema " + std::string(quoted_schema) + " of Contrail"
                                  : "its schema " + std::string(quoted_schema) + " is at version " +
                                        std::to_string(version) + ", and this program needs version " +
                                        std::to_string(schema_version_needed);
    throw Error(Retry::never,
                "Cannot work with " + describe(connection.native()) + ": " + found +
                    ". Run `contrail migrate` there, or correct DATABASE_URL or CONTRAIL_SCHEMA.");
}

void require_not_renamed(Connection& connection, std::string_view quoted_schema) {
    const Result found = renamed(connection, " AND own.oid = to_regnamespace($1)", quoted_schema);
    if (found.rows() == 0) return;
    const std::string schema(quoted_schema);
    const std::string before(found.text(0, 1));
    throw Error(Retry::never,
                "Cannot work with schema " + schema + " in " + describe(connection.native()) +
                    ": it was renamed, and its functions still stage and read records in schema " + before +
                    ". Nothing was changed. Run ALTER SCHEMA " + schema + " RENAME TO " + before +
                    ", and set CONTRAIL_SCHEMA to that name.");
}

void require_free_name(Connection& connection, std::string_view quoted_schema) {
    const Result found = renamed(connection, " AND named.schema = $1", quoted_schema);
    if (found.rows() == 0) return;
    const std::string schema(quoted_schema);
    const std::string now(found.text(0, 0));
    throw Error(Retry::never, "Cannot make schema " + schema + " in " + describe(connection.native()) +
                                  ": schema " + now +
                                  " had that name, and its functions would stage records in the "
                                  "new schema. Nothing was changed. Run ALTER SCHEMA " +
                                  now + " RENAME TO " + schema + ", or choose another CONTRAIL_SCHEMA.");
}

}  // namespace contrail::postgres

namespace contrail {

std::string in_schema(std::string_view statement, const Settings& settings) {
    return postgres::in_schema(statement, postgres::quoted_schema(settings.schema));
}

}  // namespace contrail
