-- What it takes to let go of records that nobody needs any more: who needs which, and segments that fill and
-- empty by need.

-- Which consumers there are, and how far. The log's server tells it too, and may forget.
CREATE TABLE @schema@.consumers (
    stream              text        NOT NULL CHECK (stream ~ '^[!-~]{1,255}$'),
    name                text        COLLATE "C" NOT NULL CHECK (name ~ '^[A-Za-z0-9._-]{1,128}$'),
    last_id             text        NOT NULL CHECK (last_id ~ '^[0-9]{1,20}-[0-9]{1,19}$'),
    last_offset         bigint      NOT NULL GENERATED ALWAYS AS (split_part(last_id, '-', 2)::bigint) STORED,
    registered_at       timestamptz NOT NULL DEFAULT now(),
    moved_at            timestamptz NOT NULL DEFAULT now(),
    cut_off_at          timestamptz,
    missed_first_offset bigint      CHECK (missed_first_offset >= 1),
    missed_last_offset  bigint      CHECK (missed_last_offset >= missed_first_offset),
    PRIMARY KEY (stream, name),
    CONSTRAINT a_mark_is_whole CHECK (num_nulls(cut_off_at, missed_first_offset, missed_last_offset) IN (0, 3))
) WITH (fillfactor = 50);  -- Few rows, updated all the time: each finds room on its page.

-- An adopted batch tells where an outbox goes on whose own past counts no more. It holds nothing.
ALTER TABLE @schema@.batches ADD COLUMN adopted_at timestamptz;
ALTER TABLE @schema@.batches DROP CONSTRAINT a_batch_holds_a_record;
ALTER TABLE @schema@.batches ADD CONSTRAINT a_batch_holds_a_record CHECK (
    last_offset >= first_offset OR (last_offset = first_offset - 1 AND (no = 0 OR adopted_at IS NOT NULL)));

-- Which segment takes what is staged now. Segments turn when that helps to empty one (see release_segment), not
-- by the clock: with a consumer that is steadily a quarter of an hour behind, each segment of a clock's would
-- always hold something that it needs. A sequence, because to read it waits for nobody, and a turn counts at
-- once. Nothing rests on when a producer sees the turn: who stages into the segment before is found there.
CREATE SEQUENCE @schema@.current_segment AS smallint MINVALUE 0 MAXVALUE 2 START 0;
-- The number is no secret, and producers were told that rights on the table are enough.
GRANT SELECT ON SEQUENCE @schema@.current_segment TO PUBLIC;
ALTER TABLE @schema@.staged_log_records ALTER COLUMN segment
    SET DEFAULT coalesce(pg_sequence_last_value($name$@schema@.current_segment$name$::regclass), 0)::smallint;

-- The newest batch whose records are all at or before `through` and needed by nobody: every consumer of `stream`
-- is past them, or is marked as one that misses them. Null where there is none. Only the newest batch that
-- begins there can reach beyond, so that two are looked at, however many there are.
CREATE FUNCTION @schema@.releasable(stream text, through bigint) RETURNS @schema@.batches LANGUAGE sql STABLE AS $body$
    WITH allowed AS (
        SELECT least(releasable.through, min(greatest(last_offset, missed_last_offset))) AS through
        FROM @schema@.consumers AS consumer WHERE consumer.stream = releasable.stream
    ), newest AS (
        SELECT * FROM @schema@.batches WHERE first_offset <= (SELECT allowed.through + 1 FROM allowed)
        ORDER BY first_offset DESC, no DESC LIMIT 2
    )
    SELECT * FROM newest WHERE last_offset <= (SELECT allowed.through FROM allowed) ORDER BY no DESC LIMIT 1
$body$;

-- Whether a segment holds a record that is not in a batch up to the one with this snapshot, which are just the
-- records that were not visible in it: two probes of the index, whatever the sizes. In PL/pgSQL, which keeps its
-- plan for the session. A full segment has no statistics, and must not be walked through for the lack of them.
CREATE FUNCTION @schema@.holds_more_than(released pg_snapshot, segment smallint) RETURNS boolean
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_bitmapscan = off AS $body$
BEGIN
    RETURN EXISTS (SELECT FROM @schema@.staged_log_records AS staged
                   WHERE staged.segment = holds_more_than.segment AND xid >= pg_snapshot_xmax(released))
        OR EXISTS (SELECT FROM @schema@.staged_log_records AS staged
                   WHERE staged.segment = holds_more_than.segment
                     AND xid = ANY (ARRAY(SELECT pg_snapshot_xip(released))));
END
$body$;

-- Empties a segment whose records nobody needs, and lets go of the batches before the one returned by
-- releasable(). That one stays: the batches that follow begin at its snapshot. Waits for nobody longer than 50 ms,
-- because whoever comes later has to queue up behind it: the streamer, above all.
CREATE FUNCTION @schema@.empty_segment(segment smallint, stream text, through bigint) RETURNS text
LANGUAGE plpgsql SET lock_timeout = '50ms' AS $body$
DECLARE
    name text := $name$@schema@.staged_log_records_$name$ || segment;
    base @schema@.batches;
BEGIN
    -- Under a snapshot from before the lock, what was staged just now would be emptied unseen.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'a segment can be emptied in a READ COMMITTED transaction only'
            USING ERRCODE = 'active_sql_transaction';
    END IF;
    IF NOT pg_try_advisory_xact_lock(hashtextextended($name$contrail release @schema@$name$, 0)) THEN
        RETURN 'another process is at it';
    END IF;
    EXECUTE 'LOCK TABLE ' || name || ' IN ACCESS EXCLUSIVE MODE';
    -- Who registers from here on, or goes back to an earlier place, will find these records released.
    LOCK TABLE @schema@.consumers IN SHARE MODE;
    -- Only now, since nobody can stage into it any more. Every statement here sees what was committed before it.
    SELECT * INTO base FROM @schema@.releasable(stream, through);
    IF base.no IS NULL OR @schema@.holds_more_than(base.snapshot, segment) THEN
        RETURN 'needed';
    END IF;
    EXECUTE 'TRUNCATE ' || name;
    DELETE FROM @schema@.batches WHERE no < base.no;
    RETURN 'emptied';
EXCEPTION WHEN lock_not_available THEN
    RETURN 'in use';
END
$body$;

COMMENT ON TABLE @schema@.consumers IS
    'Who has read a log, and how far: nothing that one of them still needs is dropped';
COMMENT ON COLUMN @schema@.consumers.stream IS 'The log''s name: 1 to 255 printable ASCII characters';
COMMENT ON COLUMN @schema@.consumers.name IS 'The consumer''s name: 1 to 128 of A-Z a-z 0-9 . _ -';
COMMENT ON COLUMN @schema@.consumers.last_id IS
    'Id of the last record that it has applied: <milliseconds>-<offset>. As reported, up to a second ago; the truth '
    'is in the table checkpoints of the consumer''s own database';
COMMENT ON COLUMN @schema@.consumers.last_offset IS 'Offset of that record';
COMMENT ON COLUMN @schema@.consumers.registered_at IS 'When it reported first';
COMMENT ON COLUMN @schema@.consumers.moved_at IS 'When it was seen to move last';
COMMENT ON COLUMN @schema@.consumers.cut_off_at IS
    'When an operator''s limit dropped records that it had not applied. Null once it is past them';
COMMENT ON COLUMN @schema@.consumers.missed_first_offset IS 'Offset of the first of those records';
COMMENT ON COLUMN @schema@.consumers.missed_last_offset IS 'Offset of the last of those records';
COMMENT ON TABLE @schema@.batches IS
    'Sealed batches of staged records. The lowest one is the base: its records are not held any more, and those that '
    'follow begin where it ends';
COMMENT ON COLUMN @schema@.batches.adopted_at IS
    'When `contrail adopt` made this batch, which holds no record and says where the outbox goes on; else null';
COMMENT ON COLUMN @schema@.staged_log_records.segment IS
    'Which partition holds it: the current segment when it was staged';
COMMENT ON SEQUENCE @schema@.current_segment IS
    'Which segment takes what is staged now: 0, 1 or 2. Its last value says so; nobody takes a next one';
COMMENT ON FUNCTION @schema@.releasable IS
    'The newest batch up to an offset that no registered consumer of a log needs any more';
COMMENT ON FUNCTION @schema@.holds_more_than IS
    'Whether a segment holds records beyond those of the batches up to a snapshot';
COMMENT ON FUNCTION @schema@.empty_segment IS
    'Empties a segment, unless it is needed, in use, or another process is at it; answers which';
