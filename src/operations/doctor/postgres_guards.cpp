#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operations/doctor/checks.hpp"

namespace contrail::operations::doctor {

namespace {

// A constraint of a partitioned table is in each partition, too; a trigger for statements is not. A trigger fires in
// ordinary sessions (O), in those of replication (R), or in all (A): only where it should is it a guard. Records in a
// segment that was detached are not found. And ids from blocks of their own would put sessions' records out of order.
constexpr auto missing_text = R"(
    WITH outbox(name) AS (
        VALUES ('staged_log_records'), ('staged_log_records_0'), ('staged_log_records_1'), ('staged_log_records_2')),
    guard(kind, name, relation) AS (
        SELECT 'check', 'xid_is_that_of_the_inserting_transaction', name FROM outbox
        UNION ALL SELECT 'trigger', 'refuse_change', name FROM outbox
        UNION ALL SELECT 'trigger', 'admit_replicated', name FROM outbox WHERE name <> 'staged_log_records'
        UNION ALL SELECT 'trigger', 'admit_replicated', name
                  FROM (VALUES ('batches'), ('cluster_identity')) AS own(name)
        UNION ALL SELECT 'primary key', name || '_pkey', name FROM (VALUES ('batches'), ('checkpoints')) AS own(name)
        UNION ALL SELECT 'index', name || '_is_one_row', name
                  FROM (VALUES ('cluster_identity'), ('checkpoint_owner')) AS own(name))
    SELECT guard.kind || CASE guard.kind WHEN 'primary key' THEN '' ELSE ' ' || guard.name END
               || ' of ' || guard.relation,
           (SELECT format('ALTER TABLE %s ENABLE %sTRIGGER %I;', off.tgrelid::regclass,
                          CASE guard.name WHEN 'admit_replicated' THEN 'REPLICA ' ELSE '' END, off.tgname)
            FROM pg_trigger AS off WHERE off.tgrelid = present.oid AND off.tgname = guard.name)
    FROM guard
    LEFT JOIN pg_class AS present
           ON present.relnamespace = $name$@schema@$name$::regnamespace AND present.relname = guard.relation
    WHERE NOT EXISTS (
              SELECT FROM pg_constraint
              WHERE conrelid = present.oid AND (conname = guard.name OR guard.kind = 'primary key' AND contype = 'p'))
      AND NOT EXISTS (
              SELECT FROM pg_trigger
              WHERE tgrelid = present.oid AND tgname = guard.name
                AND tgenabled IN ('A', CASE guard.name WHEN 'admit_replicated' THEN 'R' ELSE 'O' END))
      AND NOT EXISTS (
              SELECT FROM pg_index AS own JOIN pg_class AS index ON index.oid = own.indexrelid
              WHERE own.indrelid = present.oid AND index.relname = guard.name AND own.indisunique)
    UNION ALL
    SELECT 'attachment of ' || name, NULL FROM outbox
    WHERE name <> 'staged_log_records' AND NOT EXISTS (
              SELECT FROM pg_inherits
              WHERE inhparent = $name$@schema@.staged_log_records$name$::regclass
                AND inhrelid = to_regclass(format('%s.%I', $name$@schema@$name$, name)))
    UNION ALL
    SELECT 'CACHE 1 of sequence staged_log_records_id_seq',
           format('ALTER SEQUENCE %s INCREMENT BY 1 CACHE 1 NO CYCLE;', seqrelid::regclass)
    FROM pg_sequence
    WHERE seqrelid = to_regclass($name$@schema@.staged_log_records_id_seq$name$)
      AND (seqincrement <> 1 OR seqcache <> 1 OR seqcycle)
    ORDER BY 1)";

// What consumer_instances holds may go in a crash: instances write it again.
constexpr auto unlogged_text =
    "SELECT relname FROM pg_class WHERE relnamespace = $name$@schema@$name$::regnamespace AND relkind IN ('r', 'p') "
    "AND relpersistence <> 'p' AND relname <> 'consumer_instances' ORDER BY relname";

}  // namespace

PostgresGuards gather_postgres_guards(Database& database) {
    PostgresGuards guards{.quoted_schema = database.quoted_schema};
    const auto missing =
        read(database.connection, "look for the guards of Contrail's tables", database.filled(missing_text));
    for (int row = 0; row < missing.rows(); ++row) {
        guards.missing.emplace_back(missing.text(row, 0));
        if (!missing.is_null(row, 1)) guards.fix.emplace_back(missing.text(row, 1));
    }
    const auto unlogged =
        read(database.connection, "look for unlogged tables", database.filled(unlogged_text));
    for (int row = 0; row < unlogged.rows(); ++row) guards.unlogged.emplace_back(unlogged.text(row, 0));
    return guards;
}

Findings judge(const PostgresGuards& guards) {
    const std::string check = "postgres.guards";
    Findings findings;
    if (!guards.missing.empty())
        findings.push_back(error(
            check, fmt::format("missing or off: {}", fmt::join(guards.missing, ", ")),
            "They keep a slip from losing records or sending them twice. An operator dropped them, or "
            "restored a table without them. Create what is missing as `contrail migrate --print` shows it.",
            guards.fix));
    if (!guards.unlogged.empty()) {
        std::vector<std::string> fix;
        for (const auto& table : guards.unlogged)
            fix.push_back(
                fmt::format("ALTER TABLE {}.{} SET LOGGED;", guards.quoted_schema, quoted_name(table)));
        findings.push_back(error(
            check, fmt::format("unlogged: {}", fmt::join(guards.unlogged, ", ")),
            "A crash of PostgreSQL empties unlogged tables, and a standby does not have their rows.", fix));
    }
    if (findings.empty()) findings.push_back(ok(check, "in place"));
    return findings;
}

}  // namespace contrail::operations::doctor
