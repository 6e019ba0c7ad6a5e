-- How far each consumer is, in the database that holds its effects: both commit together.
CREATE TABLE @schema@.checkpoints (
    consumer    text        NOT NULL CHECK (consumer ~ '^[A-Za-z0-9._-]{1,128}$'),
    stream      text        NOT NULL CHECK (stream ~ '^[!-~]{1,255}$'),
    last_id     text        NOT NULL CHECK (last_id ~ '^[0-9]{1,20}-[0-9]{1,19}$'),
    last_offset bigint      NOT NULL GENERATED ALWAYS AS (split_part(last_id, '-', 2)::bigint) STORED,
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, stream)
) WITH (fillfactor = 50);  -- Few rows, updated all the time: each finds room on its page.

COMMENT ON TABLE @schema@.checkpoints IS 'The last record of a log whose effects a consumer has committed';
COMMENT ON COLUMN @schema@.checkpoints.consumer IS 'The consumer''s name: 1 to 128 of A-Z a-z 0-9 . _ -';
COMMENT ON COLUMN @schema@.checkpoints.stream IS 'The log''s name: 1 to 255 printable ASCII characters';
COMMENT ON COLUMN @schema@.checkpoints.last_id IS 'Id of that record: <milliseconds>-<offset>';
COMMENT ON COLUMN @schema@.checkpoints.last_offset IS 'Offset of that record';
COMMENT ON COLUMN @schema@.checkpoints.updated_at IS 'When the transaction that moved it began';
