-- Which staged records form which batch. The streamer writes one row per batch, before the batch's first record is sent.
-- From then on the batch's records, their order and their ids can be computed again at any time.
CREATE TABLE @schema@.batches (
    no           bigint      PRIMARY KEY CHECK (no >= 0),
    snapshot     pg_snapshot NOT NULL,
    sealed_ms    bigint      NOT NULL CHECK (sealed_ms >= 0),
    first_offset bigint      NOT NULL CHECK (first_offset >= 1),
    last_offset  bigint,
    adopted_at   timestamptz,
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
-- pg_upgrade copies files, which keeps both; a dump keeps neither.
CREATE TABLE @schema@.cluster_identity (
    system_identifier bigint NOT NULL,
    database_oid      oid    NOT NULL,
    table_oid         oid    NOT NULL,
    noted_xid         xid8   NOT NULL DEFAULT pg_current_xact_id(),
    stream            text   CHECK (stream ~ '^[!-~]{1,255}$'),
    id                uuid,
    CONSTRAINT an_outbox_with_a_log_has_an_id CHECK ((stream IS NULL) = (id IS NULL))
);
CREATE UNIQUE INDEX cluster_identity_is_one_row ON @schema@.cluster_identity ((true));
INSERT INTO @schema@.cluster_identity (system_identifier, database_oid, table_oid)
SELECT here.system_identifier, own.oid, $name$@schema@.cluster_identity$name$::regclass FROM pg_control_system() AS here, pg_database AS own
WHERE own.datname = current_database();

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
COMMENT ON FUNCTION @schema@.records_between IS
    'Records of the batch between two snapshots; ORDER BY id gives them the batch''s offsets in turn';
COMMENT ON TABLE @schema@.cluster_identity IS
    'One row: the database in which the records are staged, and the log that they feed. Not to be changed by hand: '
    '`contrail adopt` does it';
COMMENT ON COLUMN @schema@.cluster_identity.system_identifier IS
    'The cluster, as in pg_control_system(). A different one there: pg_upgrade, a dump, or replication';
COMMENT ON COLUMN @schema@.cluster_identity.database_oid IS 'The database. A different one here: a copy';
COMMENT ON COLUMN @schema@.cluster_identity.table_oid IS 'This table. A different one here: restored from a dump';
COMMENT ON COLUMN @schema@.cluster_identity.noted_xid IS
    'The transaction that wrote this row. A different one there: restored from a dump, or changed by hand';
COMMENT ON COLUMN @schema@.cluster_identity.stream IS
    'The log that the outbox feeds. Null until a streamer first begins';
COMMENT ON COLUMN @schema@.cluster_identity.id IS
    'Which outbox this is, as its log notes it: the log refuses any other one. Null as long as stream is';
