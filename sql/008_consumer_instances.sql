-- A consumer may have several segments, each with its own checkpoint: segment k of P applies the records whose key's hash
-- is k modulo P, and reads the whole log. P is a power of two, so a segment is split into two by giving both its place,
-- and each record still has one segment. An ordinary consumer is segment 0 of 1. See docs/protocol.md.
ALTER TABLE @schema@.checkpoints
    ADD COLUMN segment       integer NOT NULL DEFAULT 0,
    ADD COLUMN segments      integer NOT NULL DEFAULT 1,
    ADD COLUMN ahead_segment integer,
    ADD COLUMN ahead_id      text CHECK (ahead_id ~ '^[0-9]{1,20}-[0-9]{1,19}$'),
    ADD CONSTRAINT segments_are_a_power_of_two CHECK (
        segments BETWEEN 1 AND 1024 AND segments & (segments - 1) = 0 AND segment BETWEEN 0 AND segments - 1),
    ADD CONSTRAINT one_half_is_ahead CHECK (
        (ahead_segment IS NULL) = (ahead_id IS NULL) AND ahead_segment IN (segment, segment + segments)),
    DROP CONSTRAINT checkpoints_pkey,
    ADD CONSTRAINT checkpoints_pkey PRIMARY KEY (consumer, stream, segment);

-- The hash of the key that gave the record its segment, where the consumer's program computes another key than
-- record_key() does, or has computed it anyway.
ALTER TABLE @schema@.dead_letters ADD COLUMN key_hash numeric(20) CHECK (key_hash >= 0);

-- Which instances work for a consumer, and on which of its segments. Nothing rests on it: a checkpoint's row decides who
-- may move it. It saves work, and says who does it. So it may be lost in a crash, and need not be replicated.
CREATE UNLOGGED TABLE @schema@.consumer_instances (
    consumer    text        NOT NULL CHECK (consumer ~ '^[A-Za-z0-9._-]{1,128}$'),
    stream      text        NOT NULL CHECK (stream ~ '^[!-~]{1,255}$'),
    instance    text        NOT NULL CHECK (length(instance) BETWEEN 1 AND 255),
    segments    integer[]   NOT NULL DEFAULT '{}',
    workers_max integer     NOT NULL CHECK (workers_max >= 1),
    seen_at     timestamptz NOT NULL,
    PRIMARY KEY (consumer, stream, instance)
) WITH (fillfactor = 50);

-- The key by which records keep their order among segments. Null arguments and data that are no JSON do no harm.
CREATE FUNCTION @schema@.record_key(object text, data text, key text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    id json;
BEGIN
    IF key IS NOT NULL THEN
        RETURN key;
    END IF;
    BEGIN
        id := data::json -> 'id';  -- Not jsonb: a number stays as it is written.
        IF json_typeof(id) IN ('string', 'number', 'boolean') THEN
            RETURN object || '/' || (data::json ->> 'id');
        END IF;
    EXCEPTION WHEN data_exception OR statement_too_complex THEN
        NULL;
    END;
    RETURN object;
END
$body$;

-- FNV-1a in 64 bits, folded. docs/protocol.md has it in other languages, and test vectors. It never changes.
CREATE FUNCTION @schema@.key_hash(key text) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    bytes bytea := convert_to(key, 'UTF8');
    hash numeric := 14695981039346656037;
    low bigint;
BEGIN
    FOR at IN 0 .. length(bytes) - 1 LOOP
        low := hash % 256;
        hash := (hash - low + (low # get_byte(bytes, at))) * 1099511628211 % 18446744073709551616;
    END LOOP;
    low := hash % 4294967296;
    RETURN hash - low + (low # div(hash, 4294967296)::bigint);
END
$body$;

-- Writes the checkpoints of a new consumer with so many segments, which begin after `last_id`. False: it has checkpoints
-- already, and nothing has changed. The row of segment 0 is first, and is always there: of two programs, one waits.
CREATE FUNCTION @schema@.register_segments(consumer text, stream text, last_id text, segments integer) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
BEGIN
    INSERT INTO @schema@.checkpoints (consumer, stream, last_id, segment, segments)
    VALUES (register_segments.consumer, register_segments.stream, register_segments.last_id, 0,
            register_segments.segments)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO @schema@.checkpoints (consumer, stream, last_id, segment, segments)
    SELECT register_segments.consumer, register_segments.stream, register_segments.last_id, number,
           register_segments.segments
    FROM generate_series(1, register_segments.segments - 1) AS number;
    RETURN true;
END
$body$;

-- As in sql/005_checkpoints.sql: the first statement of a transaction, here of one that works on a segment. It raises
-- 55000 if the consumer has another number of segments by now; an ordinary consumer's segment is 0 of 1. Without any
-- checkpoint of the consumer it returns nulls. A merge may have left one half of the segment ahead: `ahead_segment` (of
-- twice as many segments) has applied its records up to `ahead_id`, and they must be left out.
CREATE FUNCTION @schema@.begin_segment(consumer text, stream text, segment integer, segments integer,
                                       lock_wait_max interval DEFAULT '30 s', idle_max interval DEFAULT '60 s',
                                       OUT last_id text, OUT ahead_segment integer, OUT ahead_id text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
DECLARE
    found_segments integer;
BEGIN
    PERFORM @schema@.bound_batch(lock_wait_max, idle_max, concat_ws(' ', consumer, stream, segment, segments));
    SELECT checkpoint.last_id, checkpoint.ahead_segment, checkpoint.ahead_id, checkpoint.segments
    INTO last_id, ahead_segment, ahead_id, found_segments
    FROM @schema@.checkpoints AS checkpoint
    WHERE checkpoint.consumer = begin_segment.consumer AND checkpoint.stream = begin_segment.stream
      AND checkpoint.segment = begin_segment.segment FOR UPDATE;
    IF found_segments IS NULL THEN  -- Not registered, or merged.
        SELECT max(checkpoint.segments) INTO found_segments FROM @schema@.checkpoints AS checkpoint
        WHERE checkpoint.consumer = begin_segment.consumer AND checkpoint.stream = begin_segment.stream;
        IF found_segments IS NULL THEN
            RETURN;
        END IF;
    END IF;
    IF found_segments <> segments THEN
        RAISE EXCEPTION 'consumer % of log % has % segments, not %', consumer, stream, found_segments, segments
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = CASE segments WHEN 1 THEN 'Run it as a consumer with segments, or merge them.'
                                       ELSE 'Begin again with the segments that the table checkpoints shows.' END;
    END IF;
END
$body$;

-- The same for a consumer that knows nothing of segments.
CREATE OR REPLACE FUNCTION @schema@.begin_batch(consumer text, stream text,
                                                lock_wait_max interval DEFAULT '30 s', idle_max interval DEFAULT '60 s')
RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
DECLARE
    begun record;
BEGIN
    SELECT * INTO begun FROM @schema@.begin_segment(consumer, stream, 0, 1, lock_wait_max, idle_max);
    IF begun.ahead_id IS NOT NULL THEN
        RAISE EXCEPTION 'a merge has left half of consumer % of log % ahead, at %', consumer, stream, begun.ahead_id
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Run it as a consumer with segments until its checkpoint is past that record.';
    END IF;
    RETURN begun.last_id;
END
$body$;

CREATE OR REPLACE FUNCTION @schema@.require_batch(consumer text, stream text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF NOT coalesce(starts_with(current_setting('contrail.batch', true), consumer || ' ' || stream || ' '), false) THEN
        RAISE EXCEPTION 'consumer % of log % has not begun a batch in this transaction', consumer, stream
            USING ERRCODE = 'no_active_sql_transaction',
                  HINT = 'Send BEGIN, begin_batch(), the effects, advance() and COMMIT on the same connection.';
    END IF;
END
$body$;

-- The segment, and the number of segments, of the batch that this transaction has begun.
CREATE FUNCTION @schema@.batch_segment(consumer text, stream text, OUT segment integer, OUT segments integer)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    PERFORM @schema@.require_batch(consumer, stream);
    segment := split_part(current_setting('contrail.batch'), ' ', 3);
    segments := split_part(current_setting('contrail.batch'), ' ', 4);
END
$body$;

-- As in sql/005_checkpoints.sql, for the segment of the batch. The second UPDATE is rare, and needs rights that a role
-- from before this migration lacks.
CREATE OR REPLACE FUNCTION @schema@.advance(consumer text, stream text, from_id text, to_id text,
                                            back boolean DEFAULT false)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
DECLARE
    own record := @schema@.batch_segment(consumer, stream);
    to_offset bigint := split_part(to_id, '-', 2)::bigint;
    half_is_reached boolean;
BEGIN
    UPDATE @schema@.checkpoints AS checkpoint SET last_id = to_id, updated_at = now()
    WHERE checkpoint.consumer = advance.consumer AND checkpoint.stream = advance.stream
      AND checkpoint.segment = own.segment AND checkpoint.last_id = from_id
      AND (back OR checkpoint.last_offset < to_offset)
    RETURNING checkpoint.ahead_id IS NOT NULL AND (back OR split_part(checkpoint.ahead_id, '-', 2)::bigint <= to_offset)
    INTO half_is_reached;
    IF NOT FOUND THEN
        PERFORM @schema@.refuse_advance(consumer, stream, from_id, to_id, (
            SELECT checkpoint.last_id FROM @schema@.checkpoints AS checkpoint
            WHERE checkpoint.consumer = advance.consumer AND checkpoint.stream = advance.stream
              AND checkpoint.segment = own.segment));
    ELSIF half_is_reached THEN
        UPDATE @schema@.checkpoints AS checkpoint SET ahead_segment = NULL, ahead_id = NULL
        WHERE checkpoint.consumer = advance.consumer AND checkpoint.stream = advance.stream
          AND checkpoint.segment = own.segment;
    END IF;
END
$body$;

-- As in sql/006_dead_letters.sql, for the segment of the batch.
DROP FUNCTION @schema@.park;
CREATE FUNCTION @schema@.park(consumer text, stream text, record_id text, action text, object text, data text, error text,
                              attempts integer DEFAULT 1, first_refused_at timestamptz DEFAULT now(),
                              key text DEFAULT NULL, headers text DEFAULT NULL, key_hash numeric DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
DECLARE
    own record := @schema@.batch_segment(consumer, stream);
    found_id text;
BEGIN
    SELECT checkpoint.last_id INTO found_id FROM @schema@.checkpoints AS checkpoint
    WHERE checkpoint.consumer = park.consumer AND checkpoint.stream = park.stream AND checkpoint.segment = own.segment;
    IF split_part(found_id, '-', 2)::bigint + 1 IS DISTINCT FROM split_part(record_id, '-', 2)::bigint THEN
        RAISE EXCEPTION 'cannot park record % of consumer % of log %: it does not follow the checkpoint, which is %',
                        record_id, consumer, stream, coalesce(found_id, 'missing')
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Apply the records before it and call advance(), or begin again after the checkpoint.';
    END IF;
    PERFORM @schema@.advance(consumer, stream, found_id, record_id);
    INSERT INTO @schema@.dead_letters AS letter
        (consumer, stream, record_id, action, object, data, key, headers, error, attempts, first_refused_at, key_hash)
    VALUES (park.consumer, park.stream, park.record_id, park.action, park.object, park.data, park.key, park.headers,
            park.error, park.attempts, park.first_refused_at, park.key_hash)
    ON CONFLICT ON CONSTRAINT dead_letters_pkey DO UPDATE
    SET error = excluded.error, attempts = excluded.attempts, first_refused_at = excluded.first_refused_at,
        parked_at = excluded.parked_at, marked_at = NULL;
END
$body$;

-- The first parked record of a segment that an operator has marked for a retry; null if there is none. It locks nothing
-- and takes no transaction id. A segment takes its own only: another one may be at work on records of the same key.
CREATE FUNCTION @schema@.first_marked(consumer text, stream text, segment integer, segments integer) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
BEGIN
    RETURN (SELECT letter.record_id FROM @schema@.dead_letters AS letter
            WHERE letter.consumer = first_marked.consumer AND letter.stream = first_marked.stream
              AND letter.marked_at IS NOT NULL
              AND (segments = 1 OR segment = mod(coalesce(letter.key_hash, @schema@.key_hash(
                      @schema@.record_key(letter.object, letter.data, letter.key))), segments))
            ORDER BY letter.record_offset, letter.record_id LIMIT 1);
END
$body$;

-- As in sql/006_dead_letters.sql, for the segment of the batch.
CREATE OR REPLACE FUNCTION @schema@.take_marked(consumer text, stream text) RETURNS SETOF @schema@.dead_letters
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
DECLARE
    own record := @schema@.batch_segment(consumer, stream);
    marked_id text := @schema@.first_marked(consumer, stream, own.segment, own.segments);
BEGIN
    IF marked_id IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    DELETE FROM @schema@.dead_letters AS letter
    WHERE letter.consumer = take_marked.consumer AND letter.stream = take_marked.stream AND letter.marked_at IS NOT NULL
      AND letter.record_id = marked_id
    RETURNING letter.*;
END
$body$;

-- Locks all checkpoints of a consumer until the transaction ends, that of segment 0 first: so one change waits for the
-- other. An error if it has not `segments` segments.
CREATE FUNCTION @schema@.lock_segments(consumer text, stream text, segments integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
DECLARE
    found_segments integer;
BEGIN
    PERFORM set_config('lock_timeout', '30s', true);
    SELECT checkpoint.segments INTO found_segments FROM @schema@.checkpoints AS checkpoint
    WHERE checkpoint.consumer = lock_segments.consumer AND checkpoint.stream = lock_segments.stream
      AND checkpoint.segment = 0 FOR UPDATE;
    IF found_segments IS DISTINCT FROM segments THEN
        RAISE EXCEPTION 'consumer % of log % has % segments, not %', consumer, stream, coalesce(found_segments, 0), segments
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Another program has changed them meanwhile. Try again.';
    END IF;
    PERFORM FROM @schema@.checkpoints AS checkpoint
    WHERE checkpoint.consumer = lock_segments.consumer AND checkpoint.stream = lock_segments.stream
    ORDER BY checkpoint.segment FOR UPDATE;
END
$body$;

-- Splits each of a consumer's `segments` segments into two, which begin where it is. Returns how many there are then. What
-- an instance does with a segment of before is refused from then on, before it begins or when it begins.
CREATE FUNCTION @schema@.split_segments(consumer text, stream text, segments integer) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
BEGIN
    PERFORM @schema@.lock_segments(consumer, stream, segments);
    INSERT INTO @schema@.checkpoints (consumer, stream, segment, segments, last_id)
    SELECT parent.consumer, parent.stream, parent.segment + parent.segments, 2 * parent.segments,
           CASE parent.ahead_segment WHEN parent.segment + parent.segments THEN parent.ahead_id ELSE parent.last_id END
    FROM @schema@.checkpoints AS parent
    WHERE parent.consumer = split_segments.consumer AND parent.stream = split_segments.stream;
    UPDATE @schema@.checkpoints AS parent
    SET segments = 2 * parent.segments, ahead_segment = NULL, ahead_id = NULL,
        last_id = CASE parent.ahead_segment WHEN parent.segment THEN parent.ahead_id ELSE parent.last_id END
    WHERE parent.consumer = split_segments.consumer AND parent.stream = split_segments.stream
      AND parent.segments = split_segments.segments;
    RETURN 2 * segments;
END
$body$;

-- Merges a consumer's `segments` segments into half as many. A merged segment continues at the place of the half that is
-- behind, and leaves out what the other one has applied. Returns how many there are then. An error if an earlier merge has
-- left a half ahead: two such places cannot be kept.
CREATE FUNCTION @schema@.merge_segments(consumer text, stream text, segments integer) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
DECLARE
    ahead record;
BEGIN
    PERFORM @schema@.lock_segments(consumer, stream, segments);
    IF segments < 2 THEN
        RAISE EXCEPTION 'consumer % of log % has one segment', consumer, stream
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT * INTO ahead FROM @schema@.checkpoints AS checkpoint
    WHERE checkpoint.consumer = merge_segments.consumer AND checkpoint.stream = merge_segments.stream
      AND checkpoint.ahead_id IS NOT NULL ORDER BY checkpoint.segment LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'segment % of consumer % of log % is at %, and half of it at %: an earlier merge has not ended',
                        ahead.segment, consumer, stream, ahead.last_id, ahead.ahead_id
            USING ERRCODE = 'object_in_use',
                  HINT = 'Let the consumer run until the segment is past the latter, and merge again.';
    END IF;
    WITH gone AS (
        DELETE FROM @schema@.checkpoints AS upper
        WHERE upper.consumer = merge_segments.consumer AND upper.stream = merge_segments.stream
          AND upper.segment >= merge_segments.segments / 2
        RETURNING upper.segment, upper.last_id, upper.last_offset
    )
    UPDATE @schema@.checkpoints AS lower
    SET segments = lower.segments / 2,
        last_id = CASE WHEN gone.last_offset < lower.last_offset THEN gone.last_id ELSE lower.last_id END,
        ahead_segment = CASE WHEN gone.last_offset < lower.last_offset THEN lower.segment
                             WHEN gone.last_offset > lower.last_offset THEN gone.segment END,
        ahead_id = CASE WHEN gone.last_offset < lower.last_offset THEN lower.last_id
                        WHEN gone.last_offset > lower.last_offset THEN gone.last_id END
    FROM gone
    WHERE lower.consumer = merge_segments.consumer AND lower.stream = merge_segments.stream
      AND gone.segment = lower.segment + merge_segments.segments / 2;
    RETURN segments / 2;
END
$body$;

-- Moves all segments of a consumer to `to_id`, and forgets what a merge has left ahead. False: they are not at `from_ids`,
-- by their numbers, and nothing has changed.
CREATE FUNCTION @schema@.reset_segments(consumer text, stream text, from_ids text[], to_id text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
BEGIN
    PERFORM @schema@.lock_segments(consumer, stream, cardinality(from_ids));
    IF from_ids IS DISTINCT FROM (
        SELECT array_agg(checkpoint.last_id ORDER BY checkpoint.segment) FROM @schema@.checkpoints AS checkpoint
        WHERE checkpoint.consumer = reset_segments.consumer AND checkpoint.stream = reset_segments.stream) THEN
        RETURN false;
    END IF;
    UPDATE @schema@.checkpoints AS checkpoint
    SET last_id = to_id, updated_at = now(), ahead_segment = NULL, ahead_id = NULL
    WHERE checkpoint.consumer = reset_segments.consumer AND checkpoint.stream = reset_segments.stream;
    RETURN true;
END
$body$;

-- Says that an instance works for a consumer, and which segments it should work on from now on: those that it has, less
-- what an instance with fewer should have, and more, if some are free. Call it once a second; an instance that has not
-- called for longer than `lease` loses its segments. What it returns may overlap with what another instance still does:
-- the checkpoint's row decides.
CREATE FUNCTION @schema@.claim_segments(consumer text, stream text, instance text, workers_max integer DEFAULT 1024,
                                        lease interval DEFAULT '3 s')
RETURNS integer[] LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
DECLARE
    total integer;
    instances integer;
    fewest integer;
    others_want boolean;
    held integer[];
    free integer[];
BEGIN
    -- One after the other: each sees what the one before it took. An advisory lock would take no rights, and any role
    -- that connects could hold up all claims with it.
    LOCK TABLE @schema@.consumer_instances IN SHARE ROW EXCLUSIVE MODE;
    SELECT max(checkpoint.segments) INTO total FROM @schema@.checkpoints AS checkpoint
    WHERE checkpoint.consumer = claim_segments.consumer AND checkpoint.stream = claim_segments.stream;
    DELETE FROM @schema@.consumer_instances AS gone
    WHERE gone.consumer = claim_segments.consumer AND gone.stream = claim_segments.stream
      AND gone.instance <> claim_segments.instance AND gone.seen_at < clock_timestamp() - lease;
    SELECT count(*) + 1, min(cardinality(other.segments)) FILTER (WHERE cardinality(other.segments) < other.workers_max)
    INTO instances, fewest FROM @schema@.consumer_instances AS other
    WHERE other.consumer = claim_segments.consumer AND other.stream = claim_segments.stream
      AND other.instance <> claim_segments.instance;
    others_want := fewest * instances < total;

    SELECT coalesce(array_agg(number ORDER BY number), '{}') INTO held
    FROM @schema@.consumer_instances AS own, unnest(own.segments) AS number
    WHERE own.consumer = claim_segments.consumer AND own.stream = claim_segments.stream
      AND own.instance = claim_segments.instance AND number < total;
    SELECT coalesce(array_agg(number ORDER BY number), '{}') INTO free
    FROM generate_series(0, total - 1) AS number
    WHERE NOT EXISTS (SELECT FROM @schema@.consumer_instances AS taker
                      WHERE taker.consumer = claim_segments.consumer AND taker.stream = claim_segments.stream
                        AND number = ANY (taker.segments));

    IF cardinality(free) = 0 AND cardinality(held) > fewest + 1 THEN  -- Meet in the middle.
        held := held[1 : cardinality(held) - (cardinality(held) - fewest) / 2];
    ELSIF others_want THEN  -- Up to a fair share.
        held := held || free[1 : least((total + instances - 1) / instances, workers_max) - cardinality(held)];
    ELSE
        held := held || free;
    END IF;
    held := held[1 : workers_max];
    INSERT INTO @schema@.consumer_instances AS own (consumer, stream, instance, segments, workers_max, seen_at)
    VALUES (claim_segments.consumer, claim_segments.stream, claim_segments.instance, held, claim_segments.workers_max,
            clock_timestamp())
    ON CONFLICT ON CONSTRAINT consumer_instances_pkey DO UPDATE
    SET segments = excluded.segments, workers_max = excluded.workers_max, seen_at = excluded.seen_at;
    RETURN held;
END
$body$;

-- Says that an instance works for a consumer no more. Others take its segments with their next claims.
CREATE FUNCTION @schema@.release_segments(consumer text, stream text, instance text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
BEGIN
    DELETE FROM @schema@.consumer_instances AS own
    WHERE own.consumer = release_segments.consumer AND own.stream = release_segments.stream
      AND own.instance = release_segments.instance;
END
$body$;

COMMENT ON COLUMN @schema@.checkpoints.segment IS 'Applies the records whose key''s hash is this modulo segments';
COMMENT ON COLUMN @schema@.checkpoints.segments IS 'How many segments the consumer has: a power of two';
COMMENT ON COLUMN @schema@.checkpoints.ahead_segment IS
    'After a merge: which half of the segment, counted among twice as many, is further than last_id';
COMMENT ON COLUMN @schema@.checkpoints.ahead_id IS
    'After a merge: id of the last record that this half has applied; what is up to it is left out';
COMMENT ON COLUMN @schema@.dead_letters.key_hash IS
    'Hash of the record''s key, which chooses its segment. Null: that of record_key()';
COMMENT ON TABLE @schema@.consumer_instances IS
    'Which instances work on which segments of a consumer. Nothing rests on it: the table checkpoints decides';
COMMENT ON COLUMN @schema@.consumer_instances.consumer IS 'The consumer''s name';
COMMENT ON COLUMN @schema@.consumer_instances.stream IS 'The log''s name';
COMMENT ON COLUMN @schema@.consumer_instances.instance IS 'The instance''s own name: unique, and for people';
COMMENT ON COLUMN @schema@.consumer_instances.segments IS 'The segments that it should work on';
COMMENT ON COLUMN @schema@.consumer_instances.workers_max IS 'Most segments that it works on at once';
COMMENT ON COLUMN @schema@.consumer_instances.seen_at IS 'When it last said so';
COMMENT ON FUNCTION @schema@.record_key IS 'The key by which records keep their order among segments';
COMMENT ON FUNCTION @schema@.key_hash IS 'The hash of a key, which chooses a record''s segment: FNV-1a in 64 bits, folded';
COMMENT ON FUNCTION @schema@.register_segments IS
    'Writes the checkpoints of a new consumer with segments. False: it has some already, and nothing has changed';
COMMENT ON FUNCTION @schema@.begin_segment IS
    'Locks the checkpoint of a consumer''s segment for this transaction, as begin_batch() does, and returns it, and what '
    'a merge has left ahead. Raises 55000 if the consumer has another number of segments';
COMMENT ON FUNCTION @schema@.batch_segment IS 'Which segment this transaction has begun a batch of';
COMMENT ON FUNCTION @schema@.park IS
    'Parks the record after a consumer''s checkpoint, and moves the checkpoint past it. Raises 55000 for any other record';
COMMENT ON FUNCTION @schema@.first_marked IS 'The first parked record of a segment that is marked for a retry';
COMMENT ON FUNCTION @schema@.lock_segments IS 'Locks all checkpoints of a consumer for this transaction';
COMMENT ON FUNCTION @schema@.split_segments IS 'Splits each segment of a consumer into two; returns how many there are then';
COMMENT ON FUNCTION @schema@.merge_segments IS
    'Merges the segments of a consumer into half as many; returns how many there are then';
COMMENT ON FUNCTION @schema@.reset_segments IS
    'Moves all segments of a consumer to one record. False: they were moved meanwhile, and nothing has changed';
COMMENT ON FUNCTION @schema@.claim_segments IS
    'Says that an instance works for a consumer, and returns the segments that it should work on';
COMMENT ON FUNCTION @schema@.release_segments IS 'Says that an instance works for a consumer no more';
