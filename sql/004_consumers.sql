-- Which consumers there are and how far each one is, and what it takes to release records that none of them needs.
-- The log's server holds the positions too, and may forget them.
CREATE TABLE @schema@.consumers (
    stream              text        NOT NULL CHECK (stream ~ '^[!-~]{1,255}$'),
    name                text        COLLATE "C" NOT NULL CHECK (name ~ '^[A-Za-z0-9._-]{1,128}$'),
    last_id             text        NOT NULL CHECK (last_id ~ '^[0-9]{1,20}-[0-9]{1,19}$'),
    last_offset         bigint      NOT NULL GENERATED ALWAYS AS (split_part(last_id, '-', 2)::bigint) STORED,
    registered_at       timestamptz NOT NULL DEFAULT now(),
    moved_at            timestamptz NOT NULL DEFAULT now(),
    owner_id            text        CHECK (owner_id ~ '^[!-~]{1,100}$'),
    owner_name          text,
    cut_off_at          timestamptz,
    missed_first_offset bigint      CHECK (missed_first_offset >= 1),
    missed_last_offset  bigint      CHECK (missed_last_offset >= missed_first_offset),
    PRIMARY KEY (stream, name),
    CONSTRAINT an_owner_has_a_name CHECK ((owner_id IS NULL) = (owner_name IS NULL)),
    CONSTRAINT a_mark_is_whole CHECK (num_nulls(cut_off_at, missed_first_offset, missed_last_offset) IN (0, 3))
) WITH (fillfactor = 50);  -- Few rows, updated all the time: each finds room on its page.

-- Consumers that an operator has forgotten, and where each one was then. An older file of Redis's brings a position back,
-- and with it the consumer. One that is registered again, and not past that place, has perhaps come back so.
CREATE TABLE @schema@.forgotten_consumers (
    stream       text        NOT NULL CHECK (stream ~ '^[!-~]{1,255}$'),
    name         text        COLLATE "C" NOT NULL CHECK (name ~ '^[A-Za-z0-9._-]{1,128}$'),
    last_id      text        NOT NULL CHECK (last_id ~ '^[0-9]{1,20}-[0-9]{1,19}$'),
    last_offset  bigint      NOT NULL GENERATED ALWAYS AS (split_part(last_id, '-', 2)::bigint) STORED,
    forgotten_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (stream, name)
);

-- The newest batch whose records are all at or before `through`, and which no consumer of `stream` needs: each one is
-- past it, or is marked as one that misses it. Null if there is none. Only the newest batch that begins there can reach
-- beyond, so the function reads two batches, however many there are.
CREATE FUNCTION @schema@.releasable(stream text, through bigint) RETURNS @schema@.batches LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
    WITH allowed AS (
        SELECT least(releasable.through, min(greatest(last_offset, missed_last_offset))) AS through
        FROM @schema@.consumers AS consumer WHERE consumer.stream = releasable.stream
    ), newest AS (
        SELECT * FROM @schema@.batches WHERE first_offset <= (SELECT allowed.through + 1 FROM allowed)
        ORDER BY first_offset DESC, no DESC LIMIT 2
    )
    SELECT * FROM newest WHERE last_offset <= (SELECT allowed.through FROM allowed) ORDER BY no DESC LIMIT 1
$body$;

-- Whether a segment holds a record beyond the batch with this snapshot. Those are just the records that were not visible
-- in it: two probes of the index, whatever the sizes. In PL/pgSQL, which keeps its plan for the session. A full segment
-- has no statistics, and must not be scanned for the lack of them.
CREATE FUNCTION @schema@.holds_more_than(released pg_snapshot, segment smallint) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET row_security = off
SET enable_seqscan = off SET enable_bitmapscan = off
AS $body$
BEGIN
    RETURN EXISTS (SELECT FROM @schema@.staged_log_records AS staged
                   WHERE staged.segment = holds_more_than.segment AND xid >= pg_snapshot_xmax(released))
        OR EXISTS (SELECT FROM @schema@.staged_log_records AS staged
                   WHERE staged.segment = holds_more_than.segment
                     AND xid = ANY (ARRAY(SELECT pg_snapshot_xip(released))));
END
$body$;

-- Releases the batches before the one that releasable() returns, and empties a segment whose records no consumer needs.
-- That batch stays: the ones that follow begin at its snapshot. It waits for at most 50 ms, because every later lock
-- request queues behind it: the streamer's above all.
CREATE FUNCTION @schema@.empty_segment(segment smallint, stream text, through bigint) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off SET lock_timeout = '50ms' AS $body$
DECLARE
    segment_table text := $name$@schema@.staged_log_records_$name$ || segment::text;
    base @schema@.batches;
BEGIN
    -- Under a snapshot from before the lock, what was staged just now would be emptied unseen.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'a segment can be emptied in a READ COMMITTED transaction only'
            USING ERRCODE = 'active_sql_transaction';
    END IF;
    -- One process at a time. A table's lock takes rights on the table, and an advisory lock takes none.
    BEGIN
        LOCK TABLE @schema@.batches IN SHARE UPDATE EXCLUSIVE MODE NOWAIT;
    EXCEPTION WHEN lock_not_available THEN
        RETURN 'locked';
    END;
    -- A consumer that registers from here on, or goes back to an earlier place, will find these records released.
    LOCK TABLE @schema@.consumers IN SHARE MODE;
    SELECT * INTO base FROM @schema@.releasable(stream, through);
    IF base.no IS NULL THEN
        RETURN 'needed';
    END IF;
    -- Before the segment is locked: a million rows take seconds, and meanwhile the streamer goes on.
    DELETE FROM @schema@.batches WHERE no < base.no;
    BEGIN
        EXECUTE 'LOCK TABLE ' || segment_table || ' IN ACCESS EXCLUSIVE MODE';
    EXCEPTION WHEN lock_not_available THEN
        RETURN 'in use';
    END;
    -- Only now, because no producer can stage into it any more. Every statement here sees what was committed before it.
    IF @schema@.holds_more_than(base.snapshot, segment) THEN
        RETURN 'needed';
    END IF;
    PERFORM set_config('contrail.emptying', 'on', true);  -- refuse_change() lets this one through.
    EXECUTE 'TRUNCATE ' || segment_table;
    PERFORM set_config('contrail.emptying', 'off', true);
    RETURN 'emptied';
EXCEPTION WHEN lock_not_available THEN
    RETURN 'in use';
END
$body$;

CREATE TRIGGER admit_replicated BEFORE INSERT OR UPDATE OR DELETE ON @schema@.consumers
    FOR EACH ROW EXECUTE FUNCTION @schema@.admit_replicated();
ALTER TABLE @schema@.consumers ENABLE REPLICA TRIGGER admit_replicated;
CREATE TRIGGER admit_replicated BEFORE INSERT OR UPDATE OR DELETE ON @schema@.forgotten_consumers
    FOR EACH ROW EXECUTE FUNCTION @schema@.admit_replicated();
ALTER TABLE @schema@.forgotten_consumers ENABLE REPLICA TRIGGER admit_replicated;

COMMENT ON TABLE @schema@.consumers IS
    'Which consumers have read a log, and how far: no record that one of them still needs is dropped';
COMMENT ON COLUMN @schema@.consumers.stream IS 'The log''s name: 1 to 255 printable ASCII characters';
COMMENT ON COLUMN @schema@.consumers.name IS 'The consumer''s name: 1 to 128 of A-Z a-z 0-9 . _ -';
COMMENT ON COLUMN @schema@.consumers.last_id IS
    'Id of the last record that it has applied: <milliseconds>-<offset>. As reported, up to a second ago; the truth '
    'is in the table checkpoints of the consumer''s own database';
COMMENT ON COLUMN @schema@.consumers.last_offset IS 'Offset of that record';
COMMENT ON COLUMN @schema@.consumers.registered_at IS 'When it reported first';
COMMENT ON COLUMN @schema@.consumers.moved_at IS 'When it was seen to move last';
COMMENT ON COLUMN @schema@.consumers.owner_id IS
    'The database of its checkpoint, as owner() there returns it; the log refuses reports from any other. Null: it told '
    'none';
COMMENT ON COLUMN @schema@.consumers.owner_name IS 'What messages call that database';
COMMENT ON COLUMN @schema@.consumers.cut_off_at IS
    'When an operator''s limit dropped records that it had not applied. Null once it is past them';
COMMENT ON COLUMN @schema@.consumers.missed_first_offset IS 'Offset of the first of those records';
COMMENT ON COLUMN @schema@.consumers.missed_last_offset IS 'Offset of the last of those records';
COMMENT ON TABLE @schema@.forgotten_consumers IS
    'Consumers that an operator has forgotten: an older file of Redis''s may bring them back';
COMMENT ON COLUMN @schema@.forgotten_consumers.stream IS 'The log''s name';
COMMENT ON COLUMN @schema@.forgotten_consumers.name IS 'The consumer''s name';
COMMENT ON COLUMN @schema@.forgotten_consumers.last_id IS 'Id of the last record that it had applied then';
COMMENT ON COLUMN @schema@.forgotten_consumers.last_offset IS 'Offset of that record';
COMMENT ON COLUMN @schema@.forgotten_consumers.forgotten_at IS 'When it was forgotten last';
COMMENT ON FUNCTION @schema@.releasable IS
    'The newest batch up to an offset that no registered consumer of a log needs';
COMMENT ON FUNCTION @schema@.holds_more_than IS
    'Whether a segment holds records beyond those of the batches up to a snapshot';
COMMENT ON FUNCTION @schema@.empty_segment IS
    'Empties a segment. Answers emptied, needed (a consumer needs a record), in use (a transaction has it), or locked '
    '(another process is emptying one)';
