-- The outbox. A service stages records here, in the transaction of its own data. From `xid` the streamer knows which
-- of them have become visible since its last batch.
--
-- Rows are inserted and never changed. Whole segments are emptied at once, so no long transaction elsewhere can keep
-- dead rows alive here. There is no unique index: ids come from a sequence alone.

-- Which segment takes what is staged now. Segments turn when that helps to empty one (see empty_segment), not by the
-- clock: with a consumer that is steadily a quarter of an hour behind, each segment of a clock's would always hold a
-- record that it needs. A sequence, because reading it waits for no other session and a turn counts at once. Nothing
-- rests on when a producer sees the turn: a record that is staged into the segment before is found there.
CREATE SEQUENCE @schema@.current_segment AS smallint MINVALUE 0 MAXVALUE 2 START 0;
-- The number is no secret, and rights on the table must be enough for a producer.
GRANT SELECT ON SEQUENCE @schema@.current_segment TO PUBLIC;

CREATE TABLE @schema@.staged_log_records (
    -- Before the id, because defaults are filled in in this order: a transaction draws no id before it has an xid. See
    -- batches.last_staged_id.
    xid     xid8     NOT NULL DEFAULT pg_current_xact_id(),
    -- GENERATED ALWAYS, so that no producer fills it in: one lower than at an earlier seal could be missed. CACHE 1:
    -- otherwise sessions would draw ids from blocks of their own, and a later change of one row could bear the lower id.
    id      bigint   GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME @schema@.staged_log_records_id_seq CACHE 1),
    segment smallint NOT NULL
        DEFAULT coalesce(pg_sequence_last_value($name$@schema@.current_segment$name$::regclass), 0)::smallint,
    action  text     NOT NULL CONSTRAINT action_has_1_to_255_bytes CHECK (octet_length(action) BETWEEN 1 AND 255),
    object  text     NOT NULL CONSTRAINT object_has_1_to_255_bytes CHECK (octet_length(object) BETWEEN 1 AND 255),
    -- Measured as it is sent: a number such as 1e100000 is short in a jsonb and long in its text.
    data    jsonb    NOT NULL CONSTRAINT data_has_at_most_1_mib CHECK (octet_length(data::text) <= 1048576),
    -- An empty key is a key, as in Kafka: null is none.
    key     text     CONSTRAINT key_has_at_most_255_bytes CHECK (octet_length(key) <= 255),
    headers jsonb    CONSTRAINT headers_are_an_object CHECK (jsonb_typeof(headers) = 'object')
                     CONSTRAINT headers_have_at_most_64_kib CHECK (octet_length(headers::text) <= 65536)
) PARTITION BY LIST (segment);

-- There is nothing to vacuum, and the streamer's statements are planned without statistics. (The vacuum against
-- wraparound runs all the same.)
CREATE TABLE @schema@.staged_log_records_0 PARTITION OF @schema@.staged_log_records
    FOR VALUES IN (0) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE @schema@.staged_log_records_1 PARTITION OF @schema@.staged_log_records
    FOR VALUES IN (1) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE @schema@.staged_log_records_2 PARTITION OF @schema@.staged_log_records
    FOR VALUES IN (2) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);

-- The first finds what became visible, and the records of one transaction in their order. The second has the records of
-- a long batch in their order, so that the first of them need not wait for a sort.
CREATE INDEX staged_log_records_xid_id ON @schema@.staged_log_records (xid, id);
CREATE INDEX staged_log_records_id ON @schema@.staged_log_records (id);
-- The number is no secret, as that of current_segment.
GRANT SELECT ON SEQUENCE @schema@.staged_log_records_id_seq TO PUBLIC;

-- A foreign xid would put a record into a batch that was sent long ago, and so lose it. NOT VALID: rows that a dump
-- brings from another cluster have foreign xids, and must come in before `contrail adopt` can renumber them. So must
-- those that logical replication brings, which admit_replicated() checks.
ALTER TABLE @schema@.staged_log_records
    ADD CONSTRAINT xid_is_that_of_the_inserting_transaction
    CHECK (xid = pg_current_xact_id() OR current_setting('session_replication_role') = 'replica') NOT VALID;

-- TRUNCATE is for empty_segment() and `contrail adopt`, which say so in a setting of their transaction. That guards
-- against a slip, not against the tables' owner.
CREATE FUNCTION @schema@.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('contrail.emptying', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'cannot % %.%: staged records never change', lower(TG_OP), TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'object_not_in_prerequisite_state',
              HINT = CASE TG_OP WHEN 'TRUNCATE'
                     THEN 'Retention empties segments that no consumer needs. To drop records that one needs, use '
                          '`contrail consumer forget` or limits of `contrail stream`.'
                     ELSE 'Stage another record that says what has changed.' END;
END
$body$;

-- Per statement, not per row: an INSERT pays nothing. A statement that names the parent fires the parent's trigger
-- only, and one that names a partition only that partition's; TRUNCATE of the parent fires all of them.
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON @schema@.staged_log_records
    FOR EACH STATEMENT EXECUTE FUNCTION @schema@.refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON @schema@.staged_log_records_0
    FOR EACH STATEMENT EXECUTE FUNCTION @schema@.refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON @schema@.staged_log_records_1
    FOR EACH STATEMENT EXECUTE FUNCTION @schema@.refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON @schema@.staged_log_records_2
    FOR EACH STATEMENT EXECUTE FUNCTION @schema@.refuse_change();

-- In PL/pgSQL, which keeps its plan for the session: half the time of the same function in SQL. It calls no function
-- and no operator, so that a producer's search_path cannot change what it does.
CREATE FUNCTION @schema@.stage(action text, object text, data jsonb, key text DEFAULT NULL, headers jsonb DEFAULT NULL)
RETURNS bigint LANGUAGE plpgsql AS $body$
DECLARE
    staged_id bigint;
BEGIN
    INSERT INTO @schema@.staged_log_records (action, object, data, key, headers)
    VALUES (stage.action, stage.object, stage.data, stage.key, stage.headers)
    RETURNING id INTO staged_id;
    RETURN staged_id;
END
$body$;

COMMENT ON SEQUENCE @schema@.current_segment IS
    'Which segment takes what is staged now: 0, 1 or 2. Its last value says so; no statement takes a next one';
COMMENT ON TABLE @schema@.staged_log_records IS
    'Records that services publish, staged in the transaction of the change they tell of. Insert-only';
COMMENT ON COLUMN @schema@.staged_log_records.id IS 'Order inside a batch. Has gaps, and is not order of commit';
COMMENT ON COLUMN @schema@.staged_log_records.xid IS 'The transaction that staged it: decides in which batch it goes';
COMMENT ON COLUMN @schema@.staged_log_records.segment IS
    'Which partition holds it: the current segment when it was staged';
COMMENT ON COLUMN @schema@.staged_log_records.action IS
    'What happened: create, update, delete, or another verb of the service''s. 1 to 255 bytes';
COMMENT ON COLUMN @schema@.staged_log_records.object IS 'To what kind of thing: ride. 1 to 255 bytes';
COMMENT ON COLUMN @schema@.staged_log_records.data IS 'The fact itself. At most 1 MiB as text';
COMMENT ON COLUMN @schema@.staged_log_records.key IS
    'Which thing the fact is about: the ride''s id. At most 255 bytes; null if it has no key';
COMMENT ON COLUMN @schema@.staged_log_records.headers IS
    'What goes along with the fact: trace context, schema version. A JSON object of at most 64 KiB as text, or null';
COMMENT ON FUNCTION @schema@.stage IS
    'Stages a record in the running transaction, and returns its id. The caller needs USAGE on the schema, '
    'INSERT on staged_log_records and SELECT on its column id';
