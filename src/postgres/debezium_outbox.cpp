#include "postgres/debezium_outbox.hpp"

#include <algorithm>

#include "contrail/error.hpp"
#include "postgres/connection.hpp"
#include "postgres/migrations.hpp"
#include "postgres/rights.hpp"
#include "postgres/schema.hpp"

namespace contrail::postgres {

namespace {

// The view shows a transaction what it inserted: Hibernate deletes the row that it has just inserted, and fails unless
// one row is gone. The view reads with its owner's rights, so a producer needs none on the records of others. The
// barrier keeps a function in the producer's query from seeing rows that the view leaves out.
//
// The triggers run with the rights of the user who inserts: the view gives no right to stage that `contrail.stage()`
// would not give.
constexpr auto view_text = R"(
SET LOCAL client_min_messages = warning;  -- not that a trigger to drop is missing
DO $body$
BEGIN
    IF to_regclass($name$@view@$name$) IS NOT NULL AND NOT EXISTS (
        SELECT FROM pg_trigger WHERE tgrelid = to_regclass($name$@view@$name$)
            AND tgfoid = to_regprocedure($name$@schema@.stage_debezium_event()$name$)) THEN
        RAISE EXCEPTION 'a table or view % exists, which this command did not make', $name$@view@$name$
            USING ERRCODE = 'duplicate_table',
                  HINT = 'Nothing was changed. Rename it (ALTER TABLE ... RENAME TO ...), or choose another name.';
    END IF;
END
$body$;

CREATE OR REPLACE FUNCTION @schema@.stage_debezium_event() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    -- java.util.Properties: a line `name=value`, with a backslash before special characters.
    traceparent text := substring(NEW.tracingspancontext FROM '(?n)^traceparent=([^\r]*)');
    tracestate  text := substring(NEW.tracingspancontext FROM '(?n)^tracestate=([^\r]*)');
BEGIN
    NEW.id := coalesce(NEW.id, gen_random_uuid());
    INSERT INTO @schema@.staged_log_records (action, object, data, key, headers)
    VALUES (NEW.type, NEW.aggregatetype, coalesce(NEW.payload::jsonb, 'null'), NEW.aggregateid, jsonb_strip_nulls(
        jsonb_build_object(
            'id', NEW.id,
            'timestamp', NEW."timestamp",
            'traceparent', regexp_replace(traceparent, '\\(.)', '\1', 'g'),
            'tracestate', regexp_replace(tracestate, '\\(.)', '\1', 'g'),
            'tracingspancontext', CASE WHEN traceparent IS NULL THEN NEW.tracingspancontext END)));
    RETURN NEW;
END
$body$;

-- A staged record stays, whatever Debezium's pattern deletes from its table. The row counts as deleted.
CREATE OR REPLACE FUNCTION @schema@.keep_debezium_event() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    RETURN OLD;
END
$body$;

CREATE OR REPLACE VIEW @view@ WITH (security_barrier = true) AS
SELECT CASE WHEN headers ->> 'id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
            THEN (headers ->> 'id')::uuid END AS id,
       object AS aggregatetype, key AS aggregateid, action AS type, @payload@ AS payload,
       NULL::timestamp AS "timestamp", NULL::text AS tracingspancontext
FROM @schema@.staged_log_records WHERE xid = pg_current_xact_id_if_assigned();

DROP TRIGGER IF EXISTS stage_debezium_event ON @view@;
CREATE TRIGGER stage_debezium_event INSTEAD OF INSERT ON @view@
    FOR EACH ROW EXECUTE FUNCTION @schema@.stage_debezium_event();
DROP TRIGGER IF EXISTS keep_debezium_event ON @view@;
CREATE TRIGGER keep_debezium_event INSTEAD OF DELETE ON @view@
    FOR EACH ROW EXECUTE FUNCTION @schema@.keep_debezium_event();

COMMENT ON VIEW @view@ IS
    'Contrail: Debezium''s outbox table. An INSERT stages a record; a transaction sees what it inserted';
COMMENT ON FUNCTION @schema@.stage_debezium_event IS
    'Stages a record for a row that is inserted into a view like Debezium''s outbox';
COMMENT ON FUNCTION @schema@.keep_debezium_event IS 'Keeps the record of a row that is deleted from that view';
)";

bool is_identifier(std::string_view text) {
    const auto is_allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    constexpr std::size_t length_max = 63;
    return !text.empty() && text.size() <= length_max && std::ranges::all_of(text, is_allowed) &&
           !(text.front() >= '0' && text.front() <= '9');
}

/// The view's name, qualified and quoted, and its schema.
struct ViewName {
    std::string schema;
    std::string quoted;
};

ViewName view_name(std::string_view name) {
    const auto point = name.find('.');
    const bool is_qualified = point != std::string_view::npos;
    const auto schema = is_qualified ? name.substr(0, point) : "public";
    const auto view = is_qualified ? name.substr(point + 1) : name;
    if (!is_identifier(schema) || !is_identifier(view))
        throw Error(
            Retry::never,
            "Cannot name a view \"" + std::string(name) +
                "\": use a name, or a schema and a name with a point between them. Each consists of at most 63 "
                "characters of a-z, 0-9 and _, and does not begin with a digit.");
    const auto quoted = [](std::string_view part) { return '"' + std::string(part) + '"'; };
    return {quoted(schema), quoted(schema) + '.' + quoted(view)};
}

}  // namespace

std::string debezium_outbox_text(std::string_view name, std::string_view schema, std::string_view role_prefix,
                                 DebeziumPayload payload) {
    const ViewName view = view_name(name);
    if (view.schema == quoted_schema(schema))
        throw Error(Retry::never,
                    "Cannot make the view \"" + std::string(name) +
                        "\" in Contrail's own schema: `contrail migrate --roles` would take the "
                        "services' rights on it away. Choose another schema.");
    const std::string of_payload =
        replaced(view_text, "@payload@", payload == DebeziumPayload::text ? "data::text" : "data");
    std::string text = in_schema(std::string(begin_in_turn) + replaced(of_payload, "@view@", view.quoted),
                                 quoted_schema(schema));
    if (!role_prefix.empty()) {
        const std::string role = quoted_role(role_prefix, Part::producer);
        text.append("GRANT USAGE ON SCHEMA ").append(view.schema).append(" TO ").append(role).append(";\n");
        text.append("GRANT INSERT, SELECT, DELETE ON ")
            .append(view.quoted)
            .append(" TO ")
            .append(role)
            .append(";\n");
    }
    return text + "COMMIT;\n";
}

void make_debezium_outbox(const Settings& settings, std::string_view name, std::string_view role_prefix,
                          DebeziumPayload payload) {
    Connection connection(settings.database_url, "migrate", Waits{}, [](Connection&) {});
    const std::string what = "make the view " + std::string(name) + " for Debezium's outbox";
    connection.run({.what = what}, debezium_outbox_text(name, settings.schema, role_prefix, payload));
}

}  // namespace contrail::postgres
