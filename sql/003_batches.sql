-- Which staged records form which batch. One row is written per batch, before its first record is sent; from
-- then on the batch's records, their order and their ids can be computed again at any time.
CREATE TABLE @schema@.batches (
    no           bigint      PRIMARY KEY CHECK (no >= 0),
    snapshot     pg_snapshot NOT NULL,
    sealed_ms    bigint      NOT NULL CHECK (sealed_ms >= 0),
    first_offset bigint      NOT NULL CHECK (first_offset >= 1),
    last_offset  bigint,
    CONSTRAINT a_batch_holds_a_record CHECK (last_offset >= first_offset OR (no = 0 AND last_offset = 0))
) WITH (fillfactor = 90);  -- Each row is updated once, soon after it was written: on its own page.

CREATE INDEX batches_first_offset ON @schema@.batches (first_offset);

-- What the first batch follows. Before its snapshot nothing was staged, whatever the cluster's age.
INSERT INTO @schema@.batches (no, snapshot, sealed_ms, first_offset, last_offset) VALUES (0, '1:1:', 0, 1, 0);

-- The records that became visible after `previous` was taken and before `current` was: the batch that these two
-- snapshots enclose. Two parts instead of one OR, so that each is a plain walk along the index; it has to
-- stay a single SELECT, or the planner could not see through it.
CREATE FUNCTION @schema@.records_between(previous pg_snapshot, current pg_snapshot)
RETURNS SETOF @schema@.staged_log_records LANGUAGE sql STABLE AS $body$
    -- Begun after `previous`, ended before `current`.
    SELECT * FROM @schema@.staged_log_records
    WHERE xid >= pg_snapshot_xmax(previous) AND xid < pg_snapshot_xmax(current)
      AND pg_visible_in_snapshot(xid, current)
    UNION ALL
    -- Under way at `previous`, ended before `current`.
    SELECT * FROM @schema@.staged_log_records
    WHERE xid = ANY (ARRAY(SELECT under_way FROM pg_snapshot_xip(previous) AS under_way
                           WHERE pg_visible_in_snapshot(under_way, current)))
$body$;

-- Transaction ids mean something only in the cluster that gave them out.
CREATE TABLE @schema@.cluster_identity (
    system_identifier bigint NOT NULL
);
CREATE UNIQUE INDEX cluster_identity_is_one_row ON @schema@.cluster_identity ((true));
INSERT INTO @schema@.cluster_identity SELECT system_identifier FROM pg_control_system();

COMMENT ON TABLE @schema@.batches IS 'Sealed batches of staged records; batch 0 stands before the first, and is empty';
COMMENT ON COLUMN @schema@.batches.no IS '1, 2, 3 ... in the order of the log';
COMMENT ON COLUMN @schema@.batches.snapshot IS
    'The batch holds the records visible in this snapshot and not in that of the batch before: records_between()';
COMMENT ON COLUMN @schema@.batches.sealed_ms IS 'Unix time in milliseconds, the first part of its record ids; never falls';
COMMENT ON COLUMN @schema@.batches.first_offset IS 'Offset of its first record, the second part of its id';
COMMENT ON COLUMN @schema@.batches.last_offset IS
    'Offset of its last record. Null in a long batch until it has been read to its end; then written with the next seal';
COMMENT ON FUNCTION @schema@.records_between IS
    'Records of the batch between two snapshots; ORDER BY id gives them the batch''s offsets in turn';
COMMENT ON TABLE @schema@.cluster_identity IS 'One row: the database cluster in which the records were staged';
COMMENT ON COLUMN @schema@.cluster_identity.system_identifier IS
    'As in pg_control_system(). A different one there: this database was restored from a dump';
