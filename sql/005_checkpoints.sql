-- How far each consumer is, in the database that holds its effects: both commit together.
CREATE TABLE @schema@.checkpoints (
    consumer    text        NOT NULL CHECK (consumer ~ '^[A-Za-z0-9._-]{1,128}$'),
    stream      text        NOT NULL CHECK (stream ~ '^[!-~]{1,255}$'),
    last_id     text        NOT NULL CHECK (last_id ~ '^[0-9]{1,20}-[0-9]{1,19}$'),
    last_offset bigint      NOT NULL GENERATED ALWAYS AS (split_part(last_id, '-', 2)::bigint) STORED,
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, stream)
) WITH (fillfactor = 50);  -- Few rows, updated all the time: each finds room on its page.

-- What a consumer does to its checkpoint, for programs in any language: docs/protocol.md has the loop. The functions run
-- with the caller's rights. Each pins what a caller's session could change: names are looked up in pg_catalog, and a
-- policy that would hide rows is an error. A hidden checkpoint looks like a consumer that has applied nothing.

-- Writes the checkpoint of a new consumer, which begins after `last_id`. False: there is a checkpoint already, because
-- another instance was faster, and nothing has changed.
CREATE FUNCTION @schema@.register(consumer text, stream text, last_id text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
BEGIN
    INSERT INTO @schema@.checkpoints (consumer, stream, last_id)
    VALUES (register.consumer, register.stream, register.last_id)
    ON CONFLICT DO NOTHING;
    RETURN FOUND;
END
$body$;

-- The first statement of a consumer's transaction. It locks the checkpoint's row, and a second instance waits here
-- instead of applying the same records. Neither waits for ever: the server ends the wait after `lock_wait_max`, and ends
-- the session of an instance that is frozen inside its transaction after `idle_max`. SET LOCAL, because a pooler may give
-- the next transaction another session.
CREATE FUNCTION @schema@.begin_batch(consumer text, stream text,
                                     lock_wait_max interval DEFAULT '30 s', idle_max interval DEFAULT '60 s')
RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
DECLARE
    loaded_id text;
    lock_wait_ms bigint := 1000 * extract(epoch FROM lock_wait_max);
    idle_ms bigint := 1000 * extract(epoch FROM idle_max);
BEGIN
    IF lock_wait_ms < 1 OR idle_ms < 1 THEN
        RAISE EXCEPTION 'cannot begin a batch with lock_wait_max % and idle_max %: each must be at least 1 ms',
                        lock_wait_max, idle_max USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM set_config('lock_timeout', lock_wait_ms::text, true),
            set_config('idle_in_transaction_session_timeout', idle_ms::text, true),
            set_config('contrail.batch', consumer || ' ' || stream, true);
    -- From version 14 on, the server notices that its client has gone while a statement runs. On Windows it cannot.
    IF current_setting('server_version_num')::integer >= 140000 AND version() !~ 'Visual C|mingw' THEN
        PERFORM set_config('client_connection_check_interval', '10s', true);
    END IF;
    SELECT checkpoint.last_id INTO loaded_id FROM @schema@.checkpoints AS checkpoint
    WHERE checkpoint.consumer = begin_batch.consumer AND checkpoint.stream = begin_batch.stream FOR UPDATE;
    RETURN loaded_id;
END
$body$;

-- Raises an error unless this transaction has begun a batch of the consumer. A client that sends BEGIN on one session
-- and its next statement on another would commit each statement by itself: the effects without the checkpoint.
CREATE FUNCTION @schema@.require_batch(consumer text, stream text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF current_setting('contrail.batch', true) IS DISTINCT FROM consumer || ' ' || stream THEN
        RAISE EXCEPTION 'consumer % of log % has not begun a batch in this transaction', consumer, stream
            USING ERRCODE = 'no_active_sql_transaction',
                  HINT = 'Send BEGIN, begin_batch(), the effects, advance() and COMMIT on the same connection.';
    END IF;
END
$body$;

-- Moves the checkpoint from `from_id` to `to_id`, the last record whose effects this transaction has written. An error if
-- the checkpoint is not `from_id`: the caller has read after a checkpoint that another instance has moved meanwhile. Only an
-- operator who resets a consumer moves it back.
CREATE FUNCTION @schema@.advance(consumer text, stream text, from_id text, to_id text, back boolean DEFAULT false)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
DECLARE
    found_id text;
BEGIN
    PERFORM @schema@.require_batch(consumer, stream);
    UPDATE @schema@.checkpoints AS checkpoint SET last_id = to_id, updated_at = now()
    WHERE checkpoint.consumer = advance.consumer AND checkpoint.stream = advance.stream AND checkpoint.last_id = from_id
      AND (back OR checkpoint.last_offset < split_part(to_id, '-', 2)::bigint);
    IF FOUND THEN
        RETURN;
    END IF;
    SELECT checkpoint.last_id INTO found_id FROM @schema@.checkpoints AS checkpoint
    WHERE checkpoint.consumer = advance.consumer AND checkpoint.stream = advance.stream;
    IF found_id IS NULL THEN
        RAISE EXCEPTION 'consumer % has no checkpoint of log %', consumer, stream
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Call register() before the first batch.';
    ELSIF found_id IS DISTINCT FROM from_id THEN
        RAISE EXCEPTION 'the checkpoint of consumer % of log % is %, not %: another instance has moved it',
                        consumer, stream, found_id, from_id
            USING ERRCODE = 'serialization_failure',
                  HINT = 'Roll back, and continue after the checkpoint that begin_batch() returns.';
    END IF;
    RAISE EXCEPTION 'cannot advance consumer % of log % from % to %: a checkpoint only moves forward',
                    consumer, stream, from_id, to_id USING ERRCODE = 'invalid_parameter_value';
END
$body$;

COMMENT ON TABLE @schema@.checkpoints IS 'The last record of a log whose effects a consumer has committed';
COMMENT ON COLUMN @schema@.checkpoints.consumer IS 'The consumer''s name: 1 to 128 of A-Z a-z 0-9 . _ -';
COMMENT ON COLUMN @schema@.checkpoints.stream IS 'The log''s name: 1 to 255 printable ASCII characters';
COMMENT ON COLUMN @schema@.checkpoints.last_id IS 'Id of that record: <milliseconds>-<offset>';
COMMENT ON COLUMN @schema@.checkpoints.last_offset IS 'Offset of that record';
COMMENT ON COLUMN @schema@.checkpoints.updated_at IS 'When the transaction that moved it began';
COMMENT ON FUNCTION @schema@.register IS
    'Writes the checkpoint of a new consumer. False: it has one already, and nothing has changed';
COMMENT ON FUNCTION @schema@.begin_batch IS
    'Locks a consumer''s checkpoint for this transaction, bounds its waits, and returns the id of the last record that '
    'the consumer has applied. Null: register the consumer first';
COMMENT ON FUNCTION @schema@.require_batch IS
    'Raises an error unless this transaction has begun a batch of the consumer';
COMMENT ON FUNCTION @schema@.advance IS
    'Moves a consumer''s checkpoint, in the transaction that holds the effects. Raises 40001 if another instance has '
    'moved it';
