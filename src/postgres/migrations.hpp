#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contrail/settings.hpp"

namespace contrail::postgres {

/// One step in the schema's history: a file of sql/.
struct Migration {
    int version;            ///< 1, 2, 3 …
    std::string_view name;  ///< `batches`
    std::string_view text;  ///< SQL, with `@schema@` where the schema's name goes.
};

/// Begins a transaction that changes the schema: those of all programs take turns. The lock is any number
/// that another program is unlikely to lock: the bytes of "contrail" as a big-endian integer.
constexpr std::string_view begin_in_turn =
    "BEGIN;\nSET LOCAL search_path = pg_catalog, pg_temp;\nSELECT pg_advisory_xact_lock(7165066978583996780);\n";

/// All migrations that this program knows, in order.
const std::vector<Migration>& migrations();

/// Applies the migrations that the database lacks, each in a transaction, and returns those that this call
/// applied. Safe to call again, and by several programs at once: a lock makes them take turns. Throws Error;
/// Retry::never if a newer program migrated the schema.
std::vector<Migration> migrate(const Settings& settings);

/// All migrations as one script for psql, to be applied by hand. Throws Error (Retry::never) if
/// no schema can have that name.
std::string migrations_text(std::string_view schema);

}  // namespace contrail::postgres
