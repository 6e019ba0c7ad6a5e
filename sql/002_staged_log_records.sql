-- The outbox. A service stages records here, in the transaction of its own data; the streamer finds out from
-- `xid` which of them have become visible since it last looked.
--
-- Rows are inserted and never changed. Whole segments are emptied at once, so that no long transaction
-- elsewhere can keep dead rows alive here. No unique index: nothing looks a record up by its id.
CREATE TABLE @schema@.staged_log_records (
    -- GENERATED ALWAYS, so that nobody fills it in; CACHE 1, or sessions would hand out ids from blocks of
    -- their own, and a later change of one row could bear the lower id.
    id      bigint   GENERATED ALWAYS AS IDENTITY (CACHE 1),
    xid     xid8     NOT NULL DEFAULT pg_current_xact_id(),
    segment smallint NOT NULL DEFAULT (floor(date_part('epoch', now()) / 300)::bigint % 3)::smallint,
    action  text     NOT NULL CONSTRAINT action_has_1_to_255_bytes CHECK (octet_length(action) BETWEEN 1 AND 255),
    object  text     NOT NULL CONSTRAINT object_has_1_to_255_bytes CHECK (octet_length(object) BETWEEN 1 AND 255),
    -- Measured as it is sent: a number such as 1e100000 is short in a jsonb and long in its text.
    data    jsonb    NOT NULL CONSTRAINT data_has_at_most_1_mib CHECK (octet_length(data::text) <= 1048576)
) PARTITION BY LIST (segment);

-- Nothing to vacuum and no statistics to keep: what the streamer runs is planned without them. (The vacuum
-- against wraparound comes all the same.)
CREATE TABLE @schema@.staged_log_records_0 PARTITION OF @schema@.staged_log_records
    FOR VALUES IN (0) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE @schema@.staged_log_records_1 PARTITION OF @schema@.staged_log_records
    FOR VALUES IN (1) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE @schema@.staged_log_records_2 PARTITION OF @schema@.staged_log_records
    FOR VALUES IN (2) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);

CREATE INDEX staged_log_records_xid ON @schema@.staged_log_records (xid);

-- A foreign xid would put a record into a batch that was sent long ago: it would be lost. NOT VALID, because
-- rows that a dump brings from another cluster have just that, and have to come in before they can be mended.
ALTER TABLE @schema@.staged_log_records
    ADD CONSTRAINT xid_is_that_of_the_inserting_transaction CHECK (xid = pg_current_xact_id()) NOT VALID;

CREATE FUNCTION @schema@.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'cannot % %.%: staged records never change', lower(TG_OP), TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'object_not_in_prerequisite_state',
              HINT = 'Stage another record that says what has changed.';
END
$body$;

-- Per statement, not per row: an INSERT pays nothing. A statement that names the parent fires the parent's
-- trigger only, and one that names a partition only that partition's.
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON @schema@.staged_log_records
    FOR EACH STATEMENT EXECUTE FUNCTION @schema@.refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON @schema@.staged_log_records_0
    FOR EACH STATEMENT EXECUTE FUNCTION @schema@.refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON @schema@.staged_log_records_1
    FOR EACH STATEMENT EXECUTE FUNCTION @schema@.refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON @schema@.staged_log_records_2
    FOR EACH STATEMENT EXECUTE FUNCTION @schema@.refuse_change();

-- In PL/pgSQL, which keeps its plan for the session: half the time of the same function in SQL.
CREATE FUNCTION @schema@.stage(action text, object text, data jsonb) RETURNS bigint LANGUAGE plpgsql AS $body$
DECLARE
    staged_id bigint;
BEGIN
    INSERT INTO @schema@.staged_log_records (action, object, data)
    VALUES (stage.action, stage.object, stage.data)
    RETURNING id INTO staged_id;
    RETURN staged_id;
END
$body$;

COMMENT ON TABLE @schema@.staged_log_records IS
    'Records that services publish, staged in the transaction of the change they tell of. Insert-only';
COMMENT ON COLUMN @schema@.staged_log_records.id IS 'Order inside a batch. Has gaps, and is not order of commit';
COMMENT ON COLUMN @schema@.staged_log_records.xid IS 'The transaction that staged it: decides in which batch it goes';
COMMENT ON COLUMN @schema@.staged_log_records.segment IS
    'Which partition holds it: 0, 1, 2 in turn, 5 minutes each, by the start of the transaction';
COMMENT ON COLUMN @schema@.staged_log_records.action IS
    'What happened: create, update, delete, or a word of the service''s own. 1 to 255 bytes';
COMMENT ON COLUMN @schema@.staged_log_records.object IS 'To what kind of thing: ride. 1 to 255 bytes';
COMMENT ON COLUMN @schema@.staged_log_records.data IS 'The fact itself. At most 1 MiB as text';
COMMENT ON FUNCTION @schema@.stage IS
    'Stages a record in the running transaction, and returns its id. The caller needs USAGE on the schema, '
    'INSERT on staged_log_records and SELECT on its column id';
