#include "postgres/identity.hpp"

#include <utility>

#include "postgres/errors.hpp"
#include "postgres/schema.hpp"

namespace contrail::postgres {

namespace {

constexpr auto read_identity_text = R"(
    SELECT here.system_identifier, own.oid, noted.system_identifier, noted.database_oid, noted.stream,
           noted.xmin = noted.noted_xid::xid AND noted.tableoid = noted.table_oid,
           current_setting('server_version_num')::integer >= 150000,
           pg_snapshot_xmax(newest.snapshot), pg_snapshot_xmax(pg_current_snapshot()),
           pg_snapshot_xmax(newest.snapshot) > pg_snapshot_xmax(pg_current_snapshot()), noted.id,
           (SELECT string_agg(present.name, ', ' ORDER BY present.place)
            FROM (VALUES (1, 'batches', to_regclass($name$@schema@.batches$name$)),
                         (2, 'staged_log_records', to_regclass($name$@schema@.staged_log_records$name$)),
                         (3, 'staged_log_records_0', to_regclass($name$@schema@.staged_log_records_0$name$)),
                         (4, 'staged_log_records_1', to_regclass($name$@schema@.staged_log_records_1$name$)),
                         (5, 'staged_log_records_2', to_regclass($name$@schema@.staged_log_records_2$name$))
                 ) AS present(place, name, oid)
            WHERE present.oid IS DISTINCT FROM noted.outbox_tables[present.place]),
           newest.no > base.no AND NOT EXISTS (SELECT FROM @schema@.batches WHERE no = base.no + 1)
           OR noted.stream IS NULL AND newest.no > 0 AND newest.xmin IS DISTINCT FROM newest.sealed_by::xid
    FROM pg_control_system() AS here
    JOIN pg_database AS own ON own.datname = current_database()
    LEFT JOIN @schema@.cluster_identity AS noted ON true
    LEFT JOIN (SELECT no, snapshot, sealed_by, xmin FROM @schema@.batches ORDER BY no DESC LIMIT 1) AS newest ON true
    LEFT JOIN (SELECT no FROM @schema@.batches ORDER BY no LIMIT 1) AS base ON true)";

// The transaction id is that of the row's own version: a single statement outside of subtransactions. Of two sessions
// that note an outbox at once, one waits, and then finds log and id noted.
constexpr auto note_identity_text = R"(
    UPDATE @schema@.cluster_identity AS noted
    SET system_identifier = here.system_identifier, database_oid = own.oid, table_oid = noted.tableoid,
        outbox_tables = DEFAULT, noted_xid = pg_current_xact_id(),
        stream = CASE WHEN $2 THEN $1 ELSE coalesce(noted.stream, $1) END,
        id = CASE WHEN $3 THEN gen_random_uuid() ELSE coalesce(noted.id, gen_random_uuid()) END
    FROM pg_control_system() AS here, pg_database AS own
    WHERE own.datname = current_database()
    RETURNING noted.id)";

constexpr auto insert_identity_text = R"(
    INSERT INTO @schema@.cluster_identity (system_identifier, database_oid, table_oid)
    SELECT here.system_identifier, own.oid, $name$@schema@.cluster_identity$name$::regclass
    FROM pg_control_system() AS here, pg_database AS own
    WHERE own.datname = current_database() AND NOT EXISTS (SELECT FROM @schema@.cluster_identity))";

constexpr Attempt compare_identity{"compare the outbox with the database in which its records were staged"};
constexpr Attempt write_identity{"note the database of the outbox, and its log", Effect::nothing, true};

constexpr auto identity_advice =
    "Nothing was changed. If this database replaces that one, run `contrail adopt`: it shows how the outbox "
    "can continue, and changes it only with --execute. If it is a copy beside that one, such as a test system, "
    "first set STREAM_NAME or LOG_URL to a log of its own.";

}  // namespace

Identity::Origin Identity::origin() const {
    if (noted_cluster.empty()) return Origin::unknown;
    const bool is_same_cluster = cluster == noted_cluster;
    const bool is_same_database = database == noted_database;
    // A template that was migrated and never streamed has fed no log, so its copies are outboxes of their own.
    if (is_same_cluster && !is_same_database && !stream.empty()) return Origin::other_database;
    if (!is_same_cluster && !(note_is_original && (is_same_database || !upgrades_keep_oids)))
        return Origin::other_cluster;
    // The first note may come from a migration that was applied by hand inside a savepoint. A streamer's never does.
    if (is_same_cluster && !stream.empty() && !note_is_original) return Origin::rewritten;
    if (newest_is_ahead) return Origin::ahead;
    if (batches_are_imported) return Origin::imported;
    if (!stream.empty() && !replaced_tables.empty()) return Origin::replaced;
    return is_same_cluster ? Origin::here : Origin::upgraded;
}

bool Identity::is_own() const {
    return origin() == Origin::here || origin() == Origin::upgraded;
}

std::string Identity::contradiction() const {
    switch (origin()) {
        case Origin::here:
        case Origin::upgraded:
            return {};
        case Origin::unknown:
            return "it does not say in which database its records were staged, because its table "
                   "cluster_identity is empty";
        case Origin::other_cluster:
            return "its records were staged in another database cluster (" + noted_cluster +
                   ", and this one is " + cluster +
                   "), so it was restored from a dump or copied by replication";
        case Origin::other_database:
            return "its records were staged in another database of this server (oid " + noted_database +
                   ", and this one has oid " + database + "), so this database is a copy";
        case Origin::rewritten:
            return "the row in its table cluster_identity was written by hand or restored from a dump, so it "
                   "does not prove that the records were staged here";
        case Origin::ahead:
            return "its newest batch was sealed before transaction " + newest_ends_at +
                   ", but this cluster has assigned no transaction from " + cluster_ends_at +
                   " on, so its batches were restored from a dump";
        case Origin::imported:
            return "its batches were not sealed one after the other by this schema's own programs, so they were "
                   "restored from a dump into a schema that had been made here";
        case Origin::replaced:
            return "tables that held its records and batches were dropped, and others have their names: " +
                   replaced_tables + ". So records that were sent may be there again, and others missing";
    }
    return {};
}

Identity identity(Connection& connection, std::string_view quoted_schema) {
    const Result row = connection.run(compare_identity, in_schema(read_identity_text, quoted_schema));
    const auto text = [&](int column) {
        return row.is_null(0, column) ? std::string() : std::string(row.text(0, column));
    };
    return {.cluster = text(0),
            .database = text(1),
            .noted_cluster = text(2),
            .noted_database = text(3),
            .stream = text(4),
            .note_is_original = !row.is_null(0, 5) && row.boolean(0, 5),
            .upgrades_keep_oids = row.boolean(0, 6),
            .newest_ends_at = text(7),
            .cluster_ends_at = text(8),
            .newest_is_ahead = !row.is_null(0, 9) && row.boolean(0, 9),
            .outbox_id = text(10),
            .replaced_tables = text(11),
            .batches_are_imported = !row.is_null(0, 12) && row.boolean(0, 12)};
}

void require_own(const Identity& identity, const Connection& connection, std::string_view quoted_schema) {
    const std::string contradiction = identity.contradiction();
    if (contradiction.empty()) return;
    throw Error(Retry::never, "Cannot work with schema " + std::string(quoted_schema) + " in " +
                                  describe(connection.native()) + ": " + contradiction + ". " +
                                  identity_advice);
}

void require_stream(const Identity& identity, std::string_view stream, const Connection& connection) {
    if (identity.stream.empty() || identity.stream == stream) return;
    const std::string name(stream);
    throw Error(Retry::never,
                "Cannot use the log \"" + name + "\" with the outbox in " + describe(connection.native()) +
                    ": that outbox feeds the log \"" + identity.stream +
                    "\", and an outbox feeds one log. Nothing was changed. Set STREAM_NAME to " +
                    identity.stream + ". To let the outbox feed \"" + name +
                    "\" from now on, stop its streamers and run `contrail adopt --execute`.");
}

void note_identity(Connection& connection, std::string_view quoted_schema, const std::string& stream) {
    connection.run(write_identity, in_schema(note_identity_text, quoted_schema), {stream, "false", "false"});
}

std::string adopt_identity(Connection& connection, std::string_view quoted_schema, const std::string& stream,
                           const Identity& found) {
    const std::string is_another = found.is_own() ? "false" : "true";
    const Result noted = connection.run(write_identity, in_schema(note_identity_text, quoted_schema),
                                        {stream, "true", is_another});
    return std::string(noted.text(0, 0));
}

OutboxIdentity outbox_identity(const Connection& connection, std::string_view quoted_schema, std::string id) {
    const PGconn* const native = connection.native();
    return {std::move(id), describe_database(native) + ", schema " + std::string(quoted_schema)};
}

void insert_identity(Connection& connection, std::string_view quoted_schema) {
    connection.run(write_identity, in_schema(insert_identity_text, quoted_schema));
}

}  // namespace contrail::postgres
