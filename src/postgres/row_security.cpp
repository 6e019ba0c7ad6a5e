#include "postgres/row_security.hpp"

#include "postgres/schema.hpp"

namespace contrail::postgres {

namespace {

// Qualified, because a consumer's transaction may be open, which has the service's search_path.
constexpr auto filtered_text = R"(
    SELECT pg_catalog.string_agg(name, ', ')
    FROM (VALUES ('checkpoints'), ('dead_letters')) AS needed (name)
    WHERE pg_catalog.row_security_active(pg_catalog.format('%s.%I', $name$@schema@$name$, name)))";

}  // namespace

void require_whole_tables(Connection& connection, std::string_view quoted_schema) {
    const Result filtered =
        connection.run({.what = "check for row level security"}, in_schema(filtered_text, quoted_schema));
    if (filtered.is_null(0, 0)) return;
    const std::string tables(filtered.text(0, 0));
    throw Error(Retry::never,
                "Cannot work with " + describe(connection.native()) +
                    ": row level security can hide rows of these tables in schema " +
                    std::string(quoted_schema) + " from this user: " + tables +
                    ". Contrail must see every row of its tables. Run ALTER TABLE … DISABLE ROW LEVEL "
                    "SECURITY for each of them, or give the user the attribute BYPASSRLS.");
}

}  // namespace contrail::postgres
