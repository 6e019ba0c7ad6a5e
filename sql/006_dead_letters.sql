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

COMMENT ON TABLE @schema@.dead_letters IS 'Records that consumers could not apply and have passed: contrail dead-letters';
COMMENT ON COLUMN @schema@.dead_letters.consumer IS 'The consumer whose handler rejected it';
COMMENT ON COLUMN @schema@.dead_letters.stream IS 'The log''s name';
COMMENT ON COLUMN @schema@.dead_letters.record_id IS 'Id of the record: <milliseconds>-<offset>';
COMMENT ON COLUMN @schema@.dead_letters.record_offset IS 'Offset of the record';
COMMENT ON COLUMN @schema@.dead_letters.action IS 'The record''s action, as the log held it';
COMMENT ON COLUMN @schema@.dead_letters.object IS 'The record''s object, as the log held it';
COMMENT ON COLUMN @schema@.dead_letters.data IS 'The record''s data, as the log held them';
COMMENT ON COLUMN @schema@.dead_letters.error IS 'What the handler reported last';
COMMENT ON COLUMN @schema@.dead_letters.attempts IS 'How often the handler was given the record by itself';
COMMENT ON COLUMN @schema@.dead_letters.first_refused_at IS 'When the handler first rejected it, by the consumer''s clock';
COMMENT ON COLUMN @schema@.dead_letters.parked_at IS 'When the record was parked last';
COMMENT ON COLUMN @schema@.dead_letters.marked_at IS
    'Set by an operator to have the record retried: the consumer applies it within a second, out of its order';
