-- Records that a consumer's handler rejected, parked so that the records after them could go on. In the consumer's
-- database: a dead letter is written in the transaction that moves the checkpoint past its record, and removed in the one
-- that applies the record after all. At every moment a record is ahead of its consumer, or applied, or here.
CREATE TABLE @schema@.dead_letters (
    consumer         text        NOT NULL CHECK (consumer ~ '^[A-Za-z0-9._-]{1,128}$'),
    stream           text        NOT NULL CHECK (stream ~ '^[!-~]{1,255}$'),
    record_id        text        NOT NULL CHECK (record_id ~ '^[0-9]{1,20}-[0-9]{1,19}$'),
    record_offset    bigint      NOT NULL GENERATED ALWAYS AS (split_part(record_id, '-', 2)::bigint) STORED,
    action           text        NOT NULL,
    object           text        NOT NULL,
    data             text        NOT NULL,  -- As it came: it may be no JSON, and the consumer may have rejected it for that.
    key              text,
    headers          text,                  -- As they came, too.
    error            text        NOT NULL,
    attempts         integer     NOT NULL CHECK (attempts >= 1),
    first_refused_at timestamptz NOT NULL,
    parked_at        timestamptz NOT NULL DEFAULT now(),
    marked_at        timestamptz,
    PRIMARY KEY (consumer, stream, record_id)
);

-- Every consumer asks once a second whether a record is marked. Hardly ever is one: the index is empty, however many
-- dead letters there are.
CREATE INDEX dead_letters_marked ON @schema@.dead_letters (consumer, stream, record_offset)
    WHERE marked_at IS NOT NULL;

-- Parks the record that follows the checkpoint, and moves the checkpoint past it. Any other record is an error: what lies
-- between the two would be passed without being applied. A record that was parked before, and is met again after a reset,
-- replaces its dead letter.
CREATE FUNCTION @schema@.park(consumer text, stream text, record_id text, action text, object text, data text, error text,
                              attempts integer DEFAULT 1, first_refused_at timestamptz DEFAULT now(),
                              key text DEFAULT NULL, headers text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
DECLARE
    found_id text;
BEGIN
    PERFORM @schema@.require_batch(consumer, stream);
    UPDATE @schema@.checkpoints AS checkpoint SET last_id = record_id, updated_at = now()
    WHERE checkpoint.consumer = park.consumer AND checkpoint.stream = park.stream
      AND checkpoint.last_offset = split_part(record_id, '-', 2)::bigint - 1;
    IF NOT FOUND THEN
        SELECT checkpoint.last_id INTO found_id FROM @schema@.checkpoints AS checkpoint
        WHERE checkpoint.consumer = park.consumer AND checkpoint.stream = park.stream;
        RAISE EXCEPTION 'cannot park record % of consumer % of log %: it does not follow the checkpoint, which is %',
                        record_id, consumer, stream, coalesce(found_id, 'missing')
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Apply the records before it and call advance(), or begin again after the checkpoint.';
    END IF;
    INSERT INTO @schema@.dead_letters AS letter
        (consumer, stream, record_id, action, object, data, key, headers, error, attempts, first_refused_at)
    VALUES (park.consumer, park.stream, park.record_id, park.action, park.object, park.data, park.key, park.headers,
            park.error, park.attempts, park.first_refused_at)
    ON CONFLICT ON CONSTRAINT dead_letters_pkey DO UPDATE
    SET error = excluded.error, attempts = excluded.attempts, first_refused_at = excluded.first_refused_at,
        parked_at = excluded.parked_at, marked_at = NULL;
END
$body$;

-- Whether an operator has marked a parked record of the consumer for a retry. It locks nothing and takes no transaction
-- id: a consumer asks once a second.
CREATE FUNCTION @schema@.has_marked(consumer text, stream text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
BEGIN
    RETURN EXISTS (SELECT FROM @schema@.dead_letters AS letter
                   WHERE letter.consumer = has_marked.consumer AND letter.stream = has_marked.stream
                     AND letter.marked_at IS NOT NULL);
END
$body$;

-- Removes the first of those records and returns it, for this transaction to apply. A rollback brings it back, marked.
CREATE FUNCTION @schema@.take_marked(consumer text, stream text) RETURNS SETOF @schema@.dead_letters
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
BEGIN
    PERFORM @schema@.require_batch(consumer, stream);
    RETURN QUERY
    DELETE FROM @schema@.dead_letters AS letter
    WHERE letter.consumer = take_marked.consumer AND letter.stream = take_marked.stream
      AND letter.record_id = (SELECT first.record_id FROM @schema@.dead_letters AS first
                              WHERE first.consumer = take_marked.consumer AND first.stream = take_marked.stream
                                AND first.marked_at IS NOT NULL
                              ORDER BY first.record_offset, first.record_id LIMIT 1 FOR UPDATE)
    RETURNING letter.*;
END
$body$;

-- Notes that a record was rejected once more, after the transaction that took it was rolled back. False: an operator has
-- discarded it meanwhile.
CREATE FUNCTION @schema@.park_again(consumer text, stream text, record_id text, error text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
BEGIN
    UPDATE @schema@.dead_letters AS letter
    SET error = park_again.error, attempts = letter.attempts + 1, parked_at = now(), marked_at = NULL
    WHERE letter.consumer = park_again.consumer AND letter.stream = park_again.stream
      AND letter.record_id = park_again.record_id;
    RETURN FOUND;
END
$body$;

CREATE TRIGGER admit_replicated BEFORE INSERT OR UPDATE OR DELETE ON @schema@.dead_letters
    FOR EACH ROW EXECUTE FUNCTION @schema@.admit_replicated();
ALTER TABLE @schema@.dead_letters ENABLE REPLICA TRIGGER admit_replicated;

COMMENT ON TABLE @schema@.dead_letters IS 'Records that consumers could not apply and have passed: contrail dead-letters';
COMMENT ON COLUMN @schema@.dead_letters.consumer IS 'The consumer whose handler rejected it';
COMMENT ON COLUMN @schema@.dead_letters.stream IS 'The log''s name';
COMMENT ON COLUMN @schema@.dead_letters.record_id IS 'Id of the record: <milliseconds>-<offset>';
COMMENT ON COLUMN @schema@.dead_letters.record_offset IS 'Offset of the record';
COMMENT ON COLUMN @schema@.dead_letters.action IS 'The record''s action, as the log held it';
COMMENT ON COLUMN @schema@.dead_letters.object IS 'The record''s object, as the log held it';
COMMENT ON COLUMN @schema@.dead_letters.data IS 'The record''s data, as the log held them';
COMMENT ON COLUMN @schema@.dead_letters.key IS 'The record''s key, as the log held it; null if it has none';
COMMENT ON COLUMN @schema@.dead_letters.headers IS 'The record''s headers, as the log held them; null if it has none';
COMMENT ON COLUMN @schema@.dead_letters.error IS 'What the handler reported last';
COMMENT ON COLUMN @schema@.dead_letters.attempts IS 'How often the handler was given the record by itself';
COMMENT ON COLUMN @schema@.dead_letters.first_refused_at IS 'When the handler first rejected it, by the consumer''s clock';
COMMENT ON COLUMN @schema@.dead_letters.parked_at IS 'When the record was parked last';
COMMENT ON COLUMN @schema@.dead_letters.marked_at IS
    'Set by an operator to have the record retried: the consumer applies it within a second, out of its order';
COMMENT ON FUNCTION @schema@.park IS
    'Parks the record after a consumer''s checkpoint, and moves the checkpoint past it. Raises 55000 for any other record';
COMMENT ON FUNCTION @schema@.has_marked IS 'Whether a parked record of a consumer is marked for a retry';
COMMENT ON FUNCTION @schema@.take_marked IS
    'Removes and returns a consumer''s first parked record that is marked for a retry: apply it in this transaction';
COMMENT ON FUNCTION @schema@.park_again IS
    'Notes that a parked record was rejected once more. False: it was discarded meanwhile';
