#include "postgres/migrations.hpp"

#include <charconv>
#include <stop_token>

#include "contrail/clock.hpp"
#include "contrail/postgres.hpp"
#include "contrail_postgres_embedded.hpp"
#include "postgres/checkpoint_owner.hpp"
#include "postgres/identity.hpp"
#include "postgres/lock_holders.hpp"
#include "postgres/schema.hpp"

namespace contrail::postgres {

namespace {

/// `003_batches.sql`: version 3, `batches`.
Migration migration_from(const EmbeddedFile& file) {
    constexpr std::string_view extension = ".sql";
    const auto separator = file.name.find('_');
    int version = 0;
    std::from_chars(file.name.data(), file.name.data() + separator, version);
    return {version, file.name.substr(separator + 1, file.name.size() - separator - 1 - extension.size()),
            file.text};
}

/// The statement that records the migration.
std::string version_note(const Migration& migration, std::string_view quoted_schema) {
    return in_schema("INSERT INTO @schema@.schema_version (version, name) VALUES (" +
                         std::to_string(migration.version) + ", '" + std::string(migration.name) + "');\n",
                     quoted_schema);
}

/// The statements of a transaction that applies the migration and records it.
std::string script(const Migration& migration, std::string_view quoted_schema) {
    return in_schema(migration.text, quoted_schema) + "\n" + version_note(migration, quoted_schema);
}

void require_known(int version, const Connection& connection, std::string_view quoted_schema) {
    const int newest = migrations().back().version;
    if (version <= newest) return;
    throw Error(Retry::never, "Cannot migrate " + describe(connection.native()) + ": its schema " +
                                  std::string(quoted_schema) + " is at version " + std::to_string(version) +
                                  ", and this program knows versions up to " + std::to_string(newest) +
                                  ". Nothing was changed. Use the newer contrail that migrated it.");
}

// Batches, or records that were staged before the last part of the copy came in: the copy holds data of another
// database.
constexpr auto holds_data_text = R"(
    SELECT EXISTS (SELECT FROM @schema@.batches) OR EXISTS (SELECT FROM @schema@.cluster_identity) OR EXISTS (
        SELECT FROM @schema@.staged_log_records AS staged, pg_constraint AS complete
        WHERE complete.conrelid = $name$@schema@.staged_log_records$name$::regclass
          AND complete.conname = 'xid_is_that_of_the_inserting_transaction'
          AND age(staged.xmin) > age(complete.xmin)))";

constexpr auto first_batch_text = R"(
    INSERT INTO @schema@.batches (no, snapshot, sealed_ms, first_offset, last_offset)
    VALUES (0, '1:1:', 0, 1, 0))";

/// Does what is left of a migration whose table, which it is named after, came with a copy of the definitions
/// (`pg_dump --schema-only`): writes the rows.
void complete_migration(const Migration& migration, const Attempt& attempt, Connection& connection,
                        std::string_view quoted_schema) {
    if (migration.name == "batches") {
        if (connection.run(attempt, in_schema(holds_data_text, quoted_schema)).boolean(0, 0)) {
            throw Error(Retry::never,
                        "Cannot migrate " + describe(connection.native()) + ": its schema " +
                            std::string(quoted_schema) +
                            " holds batches or records of another database, but not the migrations "
                            "that the schema has had. A dump was restored in part. Drop the schema, "
                            "then restore the whole dump or run `contrail migrate` again.");
        }
        connection.run(attempt, in_schema(first_batch_text, quoted_schema));
        insert_identity(connection, quoted_schema);
    }
    if (migration.name == "checkpoints") insert_checkpoint_owner(connection, quoted_schema);
    connection.run(attempt, version_note(migration, quoted_schema));
}

/// True if this call applied it. The version is read again under the lock: another program may have raised
/// it.
bool apply(const Migration& migration, Connection& connection, std::string_view quoted_schema) {
    const std::string what =
        "apply migration " + std::to_string(migration.version) + " (" + std::string(migration.name) + ")";
    const Attempt attempt{.what = what};  // A repeat is harmless at any point.

    connection.run(attempt, in_schema(begin_in_turn, quoted_schema));
    const int version = schema_version(connection, quoted_schema);
    require_known(version, connection, quoted_schema);
    const bool lacks_it = version < migration.version;
    if (lacks_it && has_table(connection, quoted_schema, migration.name)) {
        complete_migration(migration, attempt, connection, quoted_schema);
    } else if (lacks_it) {
        connection.run(attempt, script(migration, quoted_schema));
    }
    connection.run(attempt, "COMMIT");
    return lacks_it;
}

bool apply_in_turn(const Migration& migration, Connection& connection, std::string_view quoted_schema,
                   const LockWaits& waits) {
    for (int attempt = 1;; ++attempt) {
        try {
            return apply(migration, connection, quoted_schema);
        } catch (const StatementError& error) {
            // Another program may have made the schema at the same moment, before there was a table to lock.
            const bool is_locked = error.is_lock_timeout();
            if (!is_locked && schema_version(connection, quoted_schema) >= migration.version) return false;
            if (!is_locked) throw;
            if (attempt < waits.attempts_max) {
                system_clock().wait(waits.pause, std::stop_token());
                continue;
            }
            throw Error(Retry::call,
                        error.what() + (" These sessions hold locks on Contrail's tables: " +
                                        table_holders(connection, quoted_schema) +
                                        ". Nothing was changed. Let their transactions end, or end "
                                        "them with pg_terminate_backend(), and run the command again."));
        }
    }
}

}  // namespace

const std::vector<Migration>& migrations() {
    static const std::vector<Migration> all = [] {
        std::vector<Migration> list;
        list.reserve(embedded_files.size());
        for (const EmbeddedFile& file : embedded_files) list.push_back(migration_from(file));
        return list;
    }();
    return all;
}

std::vector<Migration> migrate(const Settings& settings, const LockWaits& waits) {
    const std::string schema = quoted_schema(settings.schema);
    Connection connection(settings.database_url, "migrate", Waits{}, [](Connection&) {});
    require_not_renamed(connection, schema);
    require_free_name(connection, schema);
    std::vector<Migration> applied;
    for (const Migration& migration : migrations()) {
        if (apply_in_turn(migration, connection, schema, waits)) applied.push_back(migration);
    }
    return applied;
}

std::string migrations_text(std::string_view schema) {
    const std::string quoted = quoted_schema(schema);
    std::string text =
        "-- Contrail's schema. Apply it with psql -v ON_ERROR_STOP=1. A migration that the database has had "
        "fails and changes nothing.\n";
    for (const Migration& migration : migrations()) {
        text +=
            "\n-- Migration " + std::to_string(migration.version) + ": " + std::string(migration.name) + "\n";
        text.append(in_schema(begin_in_turn, quoted))
            .append("\n")
            .append(script(migration, quoted))
            .append("COMMIT;\n");
    }
    return text;
}

}  // namespace contrail::postgres

namespace contrail {

void migrate_postgres(const Settings& settings) {
    postgres::migrate(settings);
}

}  // namespace contrail
