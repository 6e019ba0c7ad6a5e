#include "postgres/rights.hpp"

#include <algorithm>
#include <array>

#include "contrail/error.hpp"
#include "postgres/connection.hpp"
#include "postgres/migrations.hpp"
#include "postgres/schema.hpp"

namespace contrail::postgres {

namespace {

constexpr std::array all_parts{Part::producer,   Part::streamer, Part::consumer,
                               Part::reconciler, Part::monitor,  Part::admin};

// Functions and sequences are listed too: an installation may take PUBLIC's rights away by ALTER DEFAULT
// PRIVILEGES. Columns are named where a role must not write, or read, the others: a producer gives no xid of
// its own, and a monitor does not read records.
constexpr Right all_rights[] = {
    {Part::producer, "SELECT", "schema_version"},
    {Part::producer, "SELECT", "current_segment"},
    {Part::producer, "SELECT", "streamer_rests_until"},
    {Part::producer, "EXECUTE", "wake_streamer"},
    {Part::producer, "EXECUTE", "stage"},
    {Part::producer, "INSERT", "staged_log_records", "action, object, data, key, headers"},
    {Part::producer, "SELECT", "staged_log_records", "id"},

    {Part::streamer, "SELECT", "schema_version"},
    {Part::streamer, "SELECT", "cluster_identity"},
    {Part::streamer, "UPDATE", "cluster_identity",
     "system_identifier, database_oid, table_oid, outbox_tables, noted_xid, stream, id"},
    {Part::streamer, "SELECT", "staged_log_records"},
    {Part::streamer, "SELECT", "batches"},
    {Part::streamer, "INSERT", "batches"},
    {Part::streamer, "UPDATE", "batches", "last_offset"},
    {Part::streamer, "DELETE", "batches"},
    {Part::streamer, "SELECT", "consumers"},
    {Part::streamer, "INSERT", "consumers"},
    {Part::streamer, "UPDATE", "consumers"},
    {Part::streamer, "SELECT", "forgotten_consumers"},
    {Part::streamer, "SELECT", "checkpoint_owner"},
    {Part::streamer, "EXECUTE", "owner"},
    {Part::streamer, "SELECT", "checkpoints"},
    {Part::streamer, "SELECT", "staged_log_records_id_seq"},
    {Part::streamer, "SELECT", "current_segment"},
    {Part::streamer, "UPDATE", "current_segment"},
    {Part::streamer, "SELECT", "streamer_rests_until"},
    {Part::streamer, "UPDATE", "streamer_rests_until"},
    {Part::streamer, "EXECUTE", "records_between"},
    {Part::streamer, "EXECUTE", "releasable"},
    {Part::streamer, "EXECUTE", "holds_more_than"},
    {Part::streamer, "EXECUTE", "empty_segment"},
    {Part::streamer, "TRUNCATE", "staged_log_records_0"},
    {Part::streamer, "TRUNCATE", "staged_log_records_1"},
    {Part::streamer, "TRUNCATE", "staged_log_records_2"},

    {Part::consumer, "SELECT", "schema_version"},
    {Part::consumer, "SELECT", "checkpoints"},
    {Part::consumer, "INSERT", "checkpoints", "consumer, stream, last_id, segment, segments"},
    {Part::consumer, "UPDATE", "checkpoints", "last_id, updated_at, segments, ahead_segment, ahead_id"},
    {Part::consumer, "SELECT", "consumer_instances"},
    {Part::consumer, "INSERT", "consumer_instances"},
    {Part::consumer, "UPDATE", "consumer_instances"},
    {Part::consumer, "DELETE", "consumer_instances"},
    {Part::consumer, "SELECT", "dead_letters"},
    {Part::consumer, "INSERT", "dead_letters"},
    {Part::consumer, "UPDATE", "dead_letters", "error, attempts, first_refused_at, parked_at, marked_at"},
    {Part::consumer, "DELETE", "dead_letters"},
    {Part::consumer, "SELECT", "checkpoint_owner"},
    {Part::consumer, "EXECUTE", "owner"},
    {Part::consumer, "EXECUTE", "register"},
    {Part::consumer, "EXECUTE", "bound_batch"},
    {Part::consumer, "EXECUTE", "begin_batch"},
    {Part::consumer, "EXECUTE", "require_batch"},
    {Part::consumer, "EXECUTE", "refuse_advance"},
    {Part::consumer, "EXECUTE", "advance"},
    {Part::consumer, "EXECUTE", "park"},
    {Part::consumer, "EXECUTE", "has_marked"},
    {Part::consumer, "EXECUTE", "take_marked"},
    {Part::consumer, "EXECUTE", "park_again"},
    {Part::consumer, "EXECUTE", "record_key"},
    {Part::consumer, "EXECUTE", "key_hash"},
    {Part::consumer, "EXECUTE", "register_segments"},
    {Part::consumer, "EXECUTE", "begin_segment"},
    {Part::consumer, "EXECUTE", "batch_segment"},
    {Part::consumer, "EXECUTE", "first_marked"},
    {Part::consumer, "EXECUTE", "lock_segments"},
    {Part::consumer, "EXECUTE", "split_segments"},
    {Part::consumer, "EXECUTE", "merge_segments"},
    {Part::consumer, "EXECUTE", "reset_segments"},
    {Part::consumer, "EXECUTE", "claim_segments"},
    {Part::consumer, "EXECUTE", "release_segments"},

    {Part::reconciler, "SELECT", "schema_version"},
    {Part::reconciler, "SELECT", "cluster_identity"},
    {Part::reconciler, "SELECT", "staged_log_records"},
    {Part::reconciler, "SELECT", "staged_log_records_id_seq"},
    {Part::reconciler, "EXECUTE", "records_between"},
    {Part::reconciler, "SELECT", "batches"},
    {Part::reconciler, "INSERT", "batches"},
    {Part::reconciler, "UPDATE", "batches", "last_offset"},

    {Part::monitor, "SELECT", "schema_version"},
    {Part::monitor, "SELECT", "cluster_identity"},
    {Part::monitor, "SELECT", "staged_log_records", "id, xid, segment"},
    {Part::monitor, "SELECT", "current_segment"},
    {Part::monitor, "SELECT", "batches"},
    {Part::monitor, "SELECT", "consumers"},
    {Part::monitor, "SELECT", "forgotten_consumers"},
    {Part::monitor, "SELECT", "checkpoints"},
    {Part::monitor, "SELECT", "consumer_instances"},
    {Part::monitor, "SELECT", "dead_letters",
     "consumer, stream, record_id, record_offset, attempts, first_refused_at, parked_at, marked_at"},

    {Part::admin, "DELETE", "consumers"},
    {Part::admin, "DELETE", "checkpoints"},
    {Part::admin, "UPDATE", "checkpoint_owner"},
    {Part::admin, "INSERT", "forgotten_consumers"},
    {Part::admin, "UPDATE", "forgotten_consumers"},
};

constexpr std::string_view execute = "EXECUTE";

/// What a new role gets besides rights on tables. Only here may role memberships change: later, the schema's
/// owner may lack that right.
std::string memberships_text(std::string_view prefix, Part part) {
    const std::string role = quoted_role(prefix, part);
    // It shows the sessions of other users. Not every owner may grant it, and the doctor works without.
    if (part == Part::monitor)
        return "        IF current_setting('server_version_num')::int < 160000\n"
               "            OR pg_has_role('pg_read_all_stats', 'MEMBER WITH ADMIN OPTION') THEN\n"
               "            GRANT pg_read_all_stats TO " +
               role + ";\n        END IF;\n";
    std::string text;
    for (const Part other : all_parts)
        if (other != part && includes(part, other))
            text += "        GRANT " + quoted_role(prefix, other) + " TO " + role + ";\n";
    return text;
}

std::string creation_text(std::string_view prefix, Part part) {
    const std::string role = quoted_role(prefix, part);
    return "    IF to_regrole('" + role + "') IS NULL THEN\n        CREATE ROLE " + role + " NOLOGIN;\n" +
           "        COMMENT ON ROLE " + role + " IS 'Contrail: the rights of a part of it, " +
           std::string(name(part)) + "';\n" + memberships_text(prefix, part) + "    END IF;\n";
}

std::string grant_text(const Right& right, const std::string& role, std::string_view quoted_schema) {
    std::string text = "GRANT " + std::string(right.privilege);
    if (!right.columns.empty()) text.append(" (").append(right.columns).append(")");
    return text.append(right.privilege == execute ? " ON FUNCTION " : " ON ")
               .append(quoted_schema)
               .append(".")
               .append(right.object)
               .append(" TO ")
               .append(role) +
           ";\n";
}

std::string grants_text(Part part, const std::string& role, std::string_view quoted_schema) {
    const std::string schema(quoted_schema);
    std::string text = "REVOKE ALL ON ALL TABLES IN SCHEMA " + schema + " FROM " + role + ";\n";
    text += "REVOKE ALL ON ALL SEQUENCES IN SCHEMA " + schema + " FROM " + role + ";\n";
    text += "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA " + schema + " FROM " + role + ";\n";
    text += "GRANT USAGE ON SCHEMA " + schema + " TO " + role + ";\n";
    for (const Right& right : all_rights)
        if (right.part == part) text += grant_text(right, role, quoted_schema);
    return text;
}

}  // namespace

std::string_view name(Part part) {
    switch (part) {
        case Part::producer:
            return "producer";
        case Part::streamer:
            return "streamer";
        case Part::consumer:
            return "consumer";
        case Part::reconciler:
            return "reconciler";
        case Part::monitor:
            return "monitor";
        case Part::admin:
            return "admin";
    }
    return "";
}

std::span<const Part> parts() {
    return all_parts;
}

std::span<const Right> rights() {
    return all_rights;
}

bool includes(Part whole, Part part) {
    return whole == part || (whole == Part::admin && part != Part::producer);
}

std::string quoted_role(std::string_view prefix, Part part) {
    constexpr std::size_t length_max = 63;
    const std::string role = std::string(prefix) + '_' + std::string(name(part));
    const bool is_plain = std::ranges::all_of(prefix, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    });
    if (prefix.empty() || !is_plain || role.size() > length_max || prefix.starts_with("pg_"))
        throw Error(Retry::never, "Cannot name a role \"" + role +
                                      "\": use a prefix of letters, digits, _ and - that does not begin with "
                                      "pg_, and with which the name has at most 63 characters.");
    return '"' + role + '"';
}

std::string roles_text(std::string_view prefix, std::string_view schema) {
    const std::string quoted = quoted_schema(schema);
    std::string creations;
    std::string grants;
    for (const Part part : all_parts) {
        const std::string role = quoted_role(prefix, part);
        creations += creation_text(prefix, part);
        grants += '\n' + grants_text(part, role, quoted);
    }
    return in_schema(begin_in_turn, quoted) + "DO $body$\nBEGIN\n" + creations + "END\n$body$;\n" + grants +
           "COMMIT;\n";
}

void make_roles(const Settings& settings, std::string_view prefix) {
    Connection connection(settings.database_url, "migrate", Waits{}, [](Connection&) {});
    connection.run({.what = "make roles"}, roles_text(prefix, settings.schema));
}

std::string missing_rights_text(Part part, std::string_view quoted_schema) {
    std::string rows;
    for (const Right& right : all_rights) {
        if (!includes(part, right.part)) continue;
        rows.append(rows.empty() ? "" : ", ").append("('").append(right.privilege).append("', '");
        rows.append(right.object).append("', '").append(right.columns).append("')");
    }
    // A table that is missing (an older schema) has no row here: the check of the schema reports it.
    return in_schema(
        "SELECT privilege || CASE columns WHEN '' THEN '' ELSE ' (' || columns || ')' END || ' on ' || name "
        "FROM (VALUES " +
            rows +
            ") AS needed (privilege, name, columns), "
            "LATERAL (SELECT to_regclass(format('%s.%I', $schema$@schema@$schema$, name)) AS oid) AS "
            "relation, "
            "LATERAL (SELECT (SELECT oid FROM pg_proc WHERE proname = name "
            "    AND pronamespace = to_regnamespace($schema$@schema@$schema$)) AS function) AS code "
            "WHERE CASE WHEN privilege = 'EXECUTE' THEN NOT has_function_privilege(function, privilege) "
            "    WHEN columns = '' THEN NOT has_table_privilege(oid, privilege) ELSE EXISTS ("
            "    SELECT FROM unnest(string_to_array(columns, ', ')) AS name "
            "    WHERE NOT has_column_privilege(oid, name, privilege)) END "
            "UNION ALL SELECT 'USAGE on schema ' || $schema$@schema@$schema$ "
            "WHERE NOT has_schema_privilege(to_regnamespace($schema$@schema@$schema$), 'USAGE') ORDER BY 1",
        quoted_schema);
}

}  // namespace contrail::postgres
