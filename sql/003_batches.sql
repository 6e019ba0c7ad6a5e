-- Which staged records form which batch. The streamer writes one row per batch, before the batch's first record is sent.
-- From then on the batch's records, their order and their ids can be computed again at any time.
CREATE TABLE @schema@.batches (
    no           bigint      PRIMARY KEY CHECK (no >= 0),
    snapshot     pg_snapshot NOT NULL,
    sealed_ms    bigint      NOT NULL CHECK (sealed_ms >= 0),
    first_offset bigint      NOT NULL CHECK (first_offset >= 1),
    last_offset  bigint,
    adopted_at   timestamptz,
    -- Defaults are filled in in this order, and the first one only in a transaction that has no id yet. So a transaction
    -- with an id above sealed_by draws staging ids above last_staged_id.
    last_staged_id bigint DEFAULT CASE WHEN pg_current_xact_id_if_assigned() IS NULL THEN
        pg_sequence_last_value($name$@schema@.staged_log_records_id_seq$name$::regclass) END,
    sealed_by    xid8     DEFAULT pg_current_xact_id(),
    -- Batch 0 is empty, and so is an adopted batch, which says where an outbox continues whose own past counts no more.
    CONSTRAINT a_batch_holds_a_record CHECK (
        last_offset >= first_offset OR (last_offset = first_offset - 1 AND (no = 0 OR adopted_at IS NOT NULL)))
) WITH (fillfactor = 90);  -- Each row is updated once, soon after it was written: on its own page.

CREATE INDEX batches_first_offset ON @schema@.batches (first_offset);

-- The first batch follows this one. Before its snapshot nothing was staged, whatever the cluster's age.
INSERT INTO @schema@.batches (no, snapshot, sealed_ms, first_offset, last_offset) VALUES (0, '1:1:', 0, 1, 0);

-- The records that became visible after `previous` was taken and before `current` was: the batch that these two
-- snapshots enclose. Two parts instead of one OR: each is a plain index scan. It must stay a
-- single SELECT without SET, or the planner could not inline it. Without a search_path of its own, it qualifies all
-- names: an overload in `public` must not take the place of PostgreSQL's own.
CREATE FUNCTION @schema@.records_between(previous pg_snapshot, current pg_snapshot)
RETURNS SETOF @schema@.staged_log_records LANGUAGE sql STABLE AS $body$
    -- Begun after `previous`, ended before `current`.
    SELECT * FROM @schema@.staged_log_records
    WHERE xid OPERATOR(pg_catalog.>=) pg_catalog.pg_snapshot_xmax(previous)
      AND xid OPERATOR(pg_catalog.<) pg_catalog.pg_snapshot_xmax(current)
      AND pg_catalog.pg_visible_in_snapshot(xid, current)
    UNION ALL
    -- Under way at `previous`, ended before `current`.
    SELECT * FROM @schema@.staged_log_records
    WHERE xid OPERATOR(pg_catalog.=) ANY (
        ARRAY(SELECT under_way FROM pg_catalog.pg_snapshot_xip(previous) AS under_way
              WHERE pg_catalog.pg_visible_in_snapshot(under_way, current)))
$body$;

-- Transaction ids mean something only in the cluster that assigned them, and two databases must not feed one log. So the
-- schema notes where its records are staged. The note proves itself: it holds its own transaction id and its table's oid.
-- And it proves the tables of the outbox, by their oids. pg_upgrade copies files, which keeps all of these; a dump keeps
-- none, also one of a single table.
CREATE TABLE @schema@.cluster_identity (
    system_identifier bigint NOT NULL,
    database_oid      oid    NOT NULL,
    table_oid         oid    NOT NULL,
    -- By name, and not as a constant of type regclass, which would go on meaning a table that was dropped.
    outbox_tables     oid[]  NOT NULL DEFAULT ARRAY[
        to_regclass($name$@schema@.batches$name$), to_regclass($name$@schema@.staged_log_records$name$),
        to_regclass($name$@schema@.staged_log_records_0$name$), to_regclass($name$@schema@.staged_log_records_1$name$),
        to_regclass($name$@schema@.staged_log_records_2$name$)],
    noted_xid         xid8   NOT NULL DEFAULT pg_current_xact_id(),
    stream            text   CHECK (stream ~ '^[!-~]{1,255}$'),
    id                uuid,
    CONSTRAINT an_outbox_with_a_log_has_an_id CHECK ((stream IS NULL) = (id IS NULL))
);
CREATE UNIQUE INDEX cluster_identity_is_one_row ON @schema@.cluster_identity ((true));
INSERT INTO @schema@.cluster_identity (system_identifier, database_oid, table_oid)
SELECT here.system_identifier, own.oid, $name$@schema@.cluster_identity$name$::regclass FROM pg_control_system() AS here, pg_database AS own
WHERE own.datname = current_database();

-- The whole row is its identity in a publication: it has no key, and UPDATE would fail where all tables are published.
ALTER TABLE @schema@.cluster_identity REPLICA IDENTITY FULL;

-- What logical replication brings. A subscriber's schema becomes a copy, which notes the publisher's database: every
-- program refuses it until `contrail adopt` takes the records over. A schema that is in use stays what it is. Its own
-- records and checkpoints would mix with the publisher's, or be truncated with them.
CREATE FUNCTION @schema@.admit_replicated() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    is_worker boolean := EXISTS (SELECT FROM pg_stat_subscription AS worker WHERE worker.pid = pg_backend_pid());
    is_own boolean := false;
    own_stream text;
BEGIN
    IF TG_LEVEL = 'STATEMENT' AND NOT is_worker THEN
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' AND starts_with(TG_TABLE_NAME, 'staged_log_records') THEN
        -- Staged here: a producer's role may have session_replication_role = replica, where the constraint lets every
        -- xid pass. So may a trigger of the service's, which fires where its own tables are replicated (ENABLE ALWAYS).
        IF NEW.xid = pg_current_xact_id() THEN
            BEGIN
                is_own := NEW.id = currval($name$@schema@.staged_log_records_id_seq$name$::regclass);
            EXCEPTION WHEN object_not_in_prerequisite_state THEN
                is_own := false;  -- The session has drawn no id.
            END;
        END IF;
        IF is_own THEN
            RETURN NEW;
        ELSIF NOT is_worker THEN
            RAISE EXCEPTION 'cannot stage a record of another transaction in %.%', TG_TABLE_SCHEMA, TG_TABLE_NAME
                USING ERRCODE = 'check_violation';
        END IF;
        -- Negative ids, in the same order: so `contrail adopt` tells replicated records from those staged here, and
        -- takes them first. Sequences are not replicated.
        IF NEW.id > 0 THEN
            NEW.id := NEW.id - 4611686018427387904;
        END IF;
    ELSIF TG_TABLE_NAME = 'schema_version' THEN
        -- The subscriber may have had the migration before its publisher.
        IF EXISTS (SELECT FROM @schema@.schema_version AS known WHERE known.version = NEW.version) THEN
            RETURN NULL;
        END IF;
        RETURN NEW;
    ELSIF TG_TABLE_NAME = 'checkpoint_owner' THEN
        -- The subscriber stays an owner of its own. One without a row takes the publisher's, which makes it a copy.
        IF EXISTS (SELECT FROM @schema@.checkpoint_owner) THEN
            RETURN NULL;
        END IF;
        RETURN NEW;
    END IF;
    IF is_worker THEN
        SELECT coalesce(noted.stream, '') INTO own_stream
        FROM @schema@.cluster_identity AS noted
        JOIN pg_database AS own ON own.oid = noted.database_oid AND own.datname = current_database()
        WHERE noted.system_identifier = (SELECT here.system_identifier FROM pg_control_system() AS here);
    END IF;
    IF own_stream IS NOT NULL THEN
        IF own_stream <> '' OR EXISTS (SELECT FROM @schema@.staged_log_records)
           OR EXISTS (SELECT FROM @schema@.consumers) OR EXISTS (SELECT FROM @schema@.checkpoints)
           OR EXISTS (SELECT FROM @schema@.batches WHERE no > 0) THEN
            RAISE EXCEPTION 'cannot replicate % into %.%: this schema holds records or checkpoints of its own',
                            lower(TG_OP), TG_TABLE_SCHEMA, TG_TABLE_NAME
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      HINT = 'Leave the tables of this schema out of the publication, or drop the schema and restore '
                             'its definitions from the publisher with pg_dump --schema-only.';
        END IF;
        DELETE FROM @schema@.cluster_identity;
        IF FOUND THEN
            DELETE FROM @schema@.batches;
        END IF;
    END IF;
    IF TG_LEVEL = 'STATEMENT' THEN
        RETURN NULL;
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$body$;

CREATE TRIGGER admit_replicated BEFORE INSERT ON @schema@.schema_version
    FOR EACH ROW EXECUTE FUNCTION @schema@.admit_replicated();
ALTER TABLE @schema@.schema_version ENABLE REPLICA TRIGGER admit_replicated;
CREATE TRIGGER admit_replicated BEFORE INSERT OR UPDATE ON @schema@.cluster_identity
    FOR EACH ROW EXECUTE FUNCTION @schema@.admit_replicated();
ALTER TABLE @schema@.cluster_identity ENABLE REPLICA TRIGGER admit_replicated;
CREATE TRIGGER admit_replicated BEFORE INSERT OR UPDATE OR DELETE ON @schema@.batches
    FOR EACH ROW EXECUTE FUNCTION @schema@.admit_replicated();
ALTER TABLE @schema@.batches ENABLE REPLICA TRIGGER admit_replicated;
-- Of the segments, because replication fires the triggers of a partition only.
DO $do$
DECLARE
    segment text;
BEGIN
    FOREACH segment IN ARRAY ARRAY['staged_log_records_0', 'staged_log_records_1', 'staged_log_records_2'] LOOP
        EXECUTE format($sql$
            CREATE TRIGGER admit_replicated BEFORE INSERT ON %1$s.%2$I
                FOR EACH ROW EXECUTE FUNCTION %1$s.admit_replicated();
            CREATE TRIGGER admit_replicated_truncate BEFORE TRUNCATE ON %1$s.%2$I
                FOR EACH STATEMENT EXECUTE FUNCTION %1$s.admit_replicated();
            ALTER TABLE %1$s.%2$I ENABLE REPLICA TRIGGER admit_replicated;
            ALTER TABLE %1$s.%2$I ENABLE REPLICA TRIGGER admit_replicated_truncate$sql$,
            $name$@schema@$name$, segment);
    END LOOP;
END
$do$;

COMMENT ON TABLE @schema@.batches IS
    'Sealed batches of staged records. The lowest one is the base: its records are no longer held, and the batches that '
    'follow begin where it ends';
COMMENT ON COLUMN @schema@.batches.no IS '1, 2, 3 ... in the order of the log';
COMMENT ON COLUMN @schema@.batches.snapshot IS
    'The batch holds the records visible in this snapshot and not in that of the batch before: records_between()';
COMMENT ON COLUMN @schema@.batches.sealed_ms IS 'Unix time in milliseconds, the first part of its record ids; never falls';
COMMENT ON COLUMN @schema@.batches.first_offset IS 'Offset of its first record, the second part of its id';
COMMENT ON COLUMN @schema@.batches.last_offset IS
    'Offset of its last record. Null in a long batch until it has been read to its end; then written with the next seal';
COMMENT ON COLUMN @schema@.batches.adopted_at IS
    'When `contrail adopt` made this batch, which holds no record and says where the outbox continues; else null';
COMMENT ON COLUMN @schema@.batches.last_staged_id IS
    'The last staging id that was drawn before it was sealed. Null if that says nothing of later transactions';
COMMENT ON COLUMN @schema@.batches.sealed_by IS
    'The transaction that sealed it. Those with a higher id staged no record up to last_staged_id';
COMMENT ON FUNCTION @schema@.records_between IS
    'Records of the batch between two snapshots; ORDER BY id gives them the batch''s offsets in turn';
COMMENT ON FUNCTION @schema@.admit_replicated IS
    'Lets logical replication fill a schema that is not in use, and refuses it elsewhere';
COMMENT ON TABLE @schema@.cluster_identity IS
    'One row: the database in which the records are staged, and the log that they feed. Not to be changed by hand: '
    '`contrail adopt` does it';
COMMENT ON COLUMN @schema@.cluster_identity.system_identifier IS
    'The cluster, as in pg_control_system(). A different one there: pg_upgrade, a dump, or replication';
COMMENT ON COLUMN @schema@.cluster_identity.database_oid IS 'The database. A different one here: a copy';
COMMENT ON COLUMN @schema@.cluster_identity.table_oid IS 'This table. A different one here: restored from a dump';
COMMENT ON COLUMN @schema@.cluster_identity.outbox_tables IS
    'batches, staged_log_records and its segments. A different one here: that table was dropped and restored from a dump';
COMMENT ON COLUMN @schema@.cluster_identity.noted_xid IS
    'The transaction that wrote this row. A different one there: restored from a dump, or changed by hand';
COMMENT ON COLUMN @schema@.cluster_identity.stream IS
    'The log that the outbox feeds. Null until a streamer first begins';
COMMENT ON COLUMN @schema@.cluster_identity.id IS
    'Which outbox this is, as its log notes it: the log refuses any other one. Null as long as stream is';
