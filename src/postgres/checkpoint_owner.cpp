#include "postgres/checkpoint_owner.hpp"

#include "postgres/schema.hpp"

namespace contrail::postgres {

namespace {

constexpr auto insert_checkpoint_owner_text = R"(
    INSERT INTO @schema@.checkpoint_owner (system_identifier, database_oid, table_oid)
    SELECT here.system_identifier, own.oid, $name$@schema@.checkpoint_owner$name$::regclass
    FROM pg_control_system() AS here, pg_database AS own
    WHERE own.datname = current_database() AND NOT EXISTS (SELECT FROM @schema@.checkpoint_owner))";

constexpr auto is_settled_text = R"(
    SELECT CASE WHEN EXISTS (SELECT FROM @schema@.checkpoint_owner)
                THEN (SELECT id FROM @schema@.owner()) = (SELECT id::text FROM @schema@.checkpoint_owner)
                ELSE true END)";

// The transaction id is that of the row's own version: a single statement outside of subtransactions.
constexpr auto settle_text = R"(
    UPDATE @schema@.checkpoint_owner AS noted
    SET id = own.id::uuid, system_identifier = here.system_identifier, database_oid = this_database.oid,
        table_oid = noted.tableoid, checkpoints_oid = DEFAULT, noted_xid = DEFAULT
    FROM @schema@.owner() AS own, pg_control_system() AS here, pg_database AS this_database
    WHERE this_database.datname = current_database())";

constexpr Attempt note_owner{"note the database of the consumers' checkpoints", Effect::nothing, true};

}  // namespace

void insert_checkpoint_owner(Connection& connection, std::string_view quoted_schema) {
    connection.run(note_owner, in_schema(insert_checkpoint_owner_text, quoted_schema));
}

void settle_checkpoint_owner(Connection& connection, std::string_view quoted_schema) {
    // It takes no right to find that nothing is to be done.
    if (connection.run(note_owner, in_schema(is_settled_text, quoted_schema)).boolean(0, 0)) return;
    connection.run(note_owner, in_schema(settle_text, quoted_schema));
}

void settle_checkpoint_owner(const Settings& settings) {
    Connection connection(settings.database_url, "consumer move", Waits{}, [](Connection&) {});
    settle_checkpoint_owner(connection, quoted_schema(settings.schema));
}

}  // namespace contrail::postgres
