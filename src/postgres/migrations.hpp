#pragma once

#include <chrono>
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

/// Begins a transaction that changes the schema: those of all programs take turns. While it waits for a lock
/// on a table, producers wait behind it, so it gives up soon.
constexpr std::string_view begin_in_turn = R"(BEGIN;
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL lock_timeout = '2s';
DO $body$
BEGIN
    -- A table's lock takes rights on the table. An advisory lock takes none, and any user could hold it.
    IF to_regclass($name$@schema@.schema_version$name$) IS NOT NULL THEN
        LOCK TABLE @schema@.schema_version IN SHARE ROW EXCLUSIVE MODE;
    END IF;
END
$body$;
)";

/// All migrations that this program knows, in order.
const std::vector<Migration>& migrations();

/// How long to wait for transactions that have locked Contrail's tables. Each attempt waits for two seconds.
struct LockWaits {
    int attempts_max = 15;
    std::chrono::milliseconds pause{1'000};  ///< In which producers that waited behind the attempt go on.
};

/// Applies the migrations that the database lacks, each in a transaction, and returns those that this call
/// applied. Where the schema is a copy of its definitions only, it writes the rows that are missing, and returns
/// the migrations of the copy, too. Safe to call again, and by several programs at once: a lock makes them take
/// turns. Throws Error: Retry::never if a newer program migrated the schema, if it was renamed, or if it holds a
/// dump that was restored in part; Retry::call, with the names of the sessions in the way, if a table stays locked.
std::vector<Migration> migrate(const Settings& settings, const LockWaits& waits = {});

/// All migrations as one script for psql, to be applied by hand. Throws Error (Retry::never) if
/// no schema can have that name.
std::string migrations_text(std::string_view schema);

}  // namespace contrail::postgres
