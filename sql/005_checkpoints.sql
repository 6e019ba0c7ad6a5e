-- How far each consumer is, in the database that holds its effects: both commit together.
CREATE TABLE @schema@.checkpoints (
    consumer    text        NOT NULL CHECK (consumer ~ '^[A-Za-z0-9._-]{1,128}$'),
    stream      text        NOT NULL CHECK (stream ~ '^[!-~]{1,255}$'),
    last_id     text        NOT NULL CHECK (last_id ~ '^[0-9]{1,20}-[0-9]{1,19}$'),
    last_offset bigint      NOT NULL GENERATED ALWAYS AS (split_part(last_id, '-', 2)::bigint) STORED,
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, stream)
) WITH (fillfactor = 50);  -- Few rows, updated all the time: each finds room on its page.

-- Whose checkpoints these are to a log. A consumer's name belongs to one database, and the log refuses its reports from
-- any other one. The row proves itself as that of cluster_identity does, and it proves the table of checkpoints by its
-- oid. A copy and a restored dump are other owners, also one of the schema or the table alone: that sets checkpoints
-- back and leaves their effects. pg_upgrade, a failover and a rename change nothing.
CREATE TABLE @schema@.checkpoint_owner (
    id                uuid   NOT NULL DEFAULT gen_random_uuid(),
    system_identifier bigint NOT NULL,
    database_oid      oid    NOT NULL,
    table_oid         oid    NOT NULL,
    -- By name, as cluster_identity.outbox_tables.
    checkpoints_oid   oid    NOT NULL DEFAULT to_regclass($name$@schema@.checkpoints$name$),
    noted_xid         xid8   NOT NULL DEFAULT pg_current_xact_id()
);
CREATE UNIQUE INDEX checkpoint_owner_is_one_row ON @schema@.checkpoint_owner ((true));
INSERT INTO @schema@.checkpoint_owner (system_identifier, database_oid, table_oid)
SELECT here.system_identifier, own.oid, $name$@schema@.checkpoint_owner$name$::regclass
FROM pg_control_system() AS here, pg_database AS own WHERE own.datname = current_database();

-- Which owner this database is. Where the row was made in another database, or row or checkpoints were restored, the id
-- is made of its id, of this database and of both tables: every copy has one of its own, which stays. After pg_upgrade
-- the row still proves that it was made here; before version 15 the upgrade gives the database another oid. A copy of
-- files (CREATE DATABASE ... TEMPLATE) keeps its id, too. A restored dump keeps it once `contrail adopt` or `contrail
-- consumer move` has noted it.
CREATE FUNCTION @schema@.owner(OUT id text, OUT name text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
DECLARE
    keeps_oid boolean := current_setting('server_version_num')::integer >= 150000;
    address text := host(inet_server_addr()) || ':' || inet_server_port()::text;
    is_restored boolean;
BEGIN
    SELECT proof.is_restored,
           CASE WHEN proof.is_here AND NOT proof.is_restored THEN noted.id::text
                ELSE md5(concat_ws(' ', noted.id, CASE WHEN files.are_kept THEN noted.system_identifier
                                                       ELSE here.system_identifier END,
                                   own.oid, noted.tableoid, present.oid))::uuid::text END
    INTO is_restored, owner.id
    FROM @schema@.checkpoint_owner AS noted, pg_control_system() AS here, pg_database AS own,
         CAST(to_regclass($name$@schema@.checkpoints$name$) AS oid) AS present(oid),
         LATERAL (SELECT noted.xmin = noted.noted_xid::xid AND noted.tableoid = noted.table_oid) AS files(are_kept),
         LATERAL (
             SELECT noted.system_identifier = here.system_identifier AND noted.database_oid = own.oid
                        OR noted.system_identifier <> here.system_identifier AND files.are_kept
                           AND (noted.database_oid = own.oid OR NOT keeps_oid) AS is_here,
                    noted.tableoid <> noted.table_oid OR noted.checkpoints_oid <> present.oid AS is_restored) AS proof
    WHERE own.datname = current_database();
    IF owner.id IS NULL THEN
        RAISE EXCEPTION 'the table checkpoint_owner is empty, so this database cannot tell a log whose checkpoints it holds'
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Restore the schema with the data of all its tables, or drop it and run contrail migrate.';
    END IF;
    owner.name := 'database "' || current_database() || '" at ' || coalesce(address, 'a local socket')
        || ', schema ' || $name$@schema@$name$ || CASE WHEN is_restored THEN ', restored from a dump' ELSE '' END;
END
$body$;

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

-- Notes in a consumer's transaction which `batch` it has begun, and bounds its waits: the server ends the wait for a lock
-- after `lock_wait_max`, and the session of an instance that is frozen inside its transaction after `idle_max`. As by SET
-- LOCAL, because a pooler may give the next transaction another session.
CREATE FUNCTION @schema@.bound_batch(lock_wait_max interval, idle_max interval, batch text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    lock_wait_ms bigint := 1000 * extract(epoch FROM lock_wait_max);
    idle_ms bigint := 1000 * extract(epoch FROM idle_max);
BEGIN
    IF lock_wait_ms < 1 OR idle_ms < 1 THEN
        RAISE EXCEPTION 'cannot begin a batch with lock_wait_max % and idle_max %: each must be at least 1 ms',
                        lock_wait_max, idle_max USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM set_config('lock_timeout', lock_wait_ms::text, true),
            set_config('idle_in_transaction_session_timeout', idle_ms::text, true),
            set_config('contrail.batch', batch, true);
    -- From version 14 on, the server notices that its client has gone while a statement runs. On Windows it cannot.
    IF current_setting('server_version_num')::integer >= 140000 AND version() !~ 'Visual C|mingw' THEN
        PERFORM set_config('client_connection_check_interval', '10s', true);
    END IF;
END
$body$;

-- The first statement of a consumer's transaction. It locks the checkpoint's row, and a second instance waits here
-- instead of applying the same records. Neither waits for ever: see bound_batch().
CREATE FUNCTION @schema@.begin_batch(consumer text, stream text,
                                     lock_wait_max interval DEFAULT '30 s', idle_max interval DEFAULT '60 s')
RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
DECLARE
    loaded_id text;
BEGIN
    PERFORM @schema@.bound_batch(lock_wait_max, idle_max, consumer || ' ' || stream);
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

-- Raises the error that says why a checkpoint, which is `found_id`, was not moved from `from_id` to `to_id`.
CREATE FUNCTION @schema@.refuse_advance(consumer text, stream text, from_id text, to_id text, found_id text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
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

-- Moves the checkpoint from `from_id` to `to_id`, the last record whose effects this transaction has written. An error if
-- the checkpoint is not `from_id`: the caller has read after a checkpoint that another instance has moved meanwhile. Only an
-- operator who resets a consumer moves it back.
CREATE FUNCTION @schema@.advance(consumer text, stream text, from_id text, to_id text, back boolean DEFAULT false)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$
BEGIN
    PERFORM @schema@.require_batch(consumer, stream);
    UPDATE @schema@.checkpoints AS checkpoint SET last_id = to_id, updated_at = now()
    WHERE checkpoint.consumer = advance.consumer AND checkpoint.stream = advance.stream AND checkpoint.last_id = from_id
      AND (back OR checkpoint.last_offset < split_part(to_id, '-', 2)::bigint);
    IF NOT FOUND THEN
        PERFORM @schema@.refuse_advance(consumer, stream, from_id, to_id, (
            SELECT checkpoint.last_id FROM @schema@.checkpoints AS checkpoint
            WHERE checkpoint.consumer = advance.consumer AND checkpoint.stream = advance.stream));
    END IF;
END
$body$;

ALTER TABLE @schema@.checkpoint_owner REPLICA IDENTITY FULL;  -- As that of cluster_identity.
CREATE TRIGGER admit_replicated BEFORE INSERT ON @schema@.checkpoint_owner
    FOR EACH ROW EXECUTE FUNCTION @schema@.admit_replicated();
ALTER TABLE @schema@.checkpoint_owner ENABLE REPLICA TRIGGER admit_replicated;
CREATE TRIGGER admit_replicated BEFORE INSERT OR UPDATE OR DELETE ON @schema@.checkpoints
    FOR EACH ROW EXECUTE FUNCTION @schema@.admit_replicated();
ALTER TABLE @schema@.checkpoints ENABLE REPLICA TRIGGER admit_replicated;

COMMENT ON TABLE @schema@.checkpoints IS 'The last record of a log whose effects a consumer has committed';
COMMENT ON COLUMN @schema@.checkpoints.consumer IS 'The consumer''s name: 1 to 128 of A-Z a-z 0-9 . _ -';
COMMENT ON COLUMN @schema@.checkpoints.stream IS 'The log''s name: 1 to 255 printable ASCII characters';
COMMENT ON COLUMN @schema@.checkpoints.last_id IS 'Id of that record: <milliseconds>-<offset>';
COMMENT ON COLUMN @schema@.checkpoints.last_offset IS 'Offset of that record';
COMMENT ON COLUMN @schema@.checkpoints.updated_at IS 'When the transaction that moved it began';
COMMENT ON TABLE @schema@.checkpoint_owner IS
    'One row: the database in which these checkpoints were made. Not to be changed by hand';
COMMENT ON COLUMN @schema@.checkpoint_owner.id IS 'What owner() returns where the row was made';
COMMENT ON COLUMN @schema@.checkpoint_owner.system_identifier IS 'The cluster, as in pg_control_system()';
COMMENT ON COLUMN @schema@.checkpoint_owner.database_oid IS 'The database. A different one here: a copy';
COMMENT ON COLUMN @schema@.checkpoint_owner.table_oid IS 'This table. A different one here: restored from a dump';
COMMENT ON COLUMN @schema@.checkpoint_owner.checkpoints_oid IS
    'The table checkpoints. A different one here: it was dropped and restored from a dump';
COMMENT ON COLUMN @schema@.checkpoint_owner.noted_xid IS
    'The transaction that wrote this row. A different one there: restored from a dump';
COMMENT ON FUNCTION @schema@.owner IS
    'Which database this is to a log: the owner of the consumers whose checkpoints it holds, and its name for messages';
COMMENT ON FUNCTION @schema@.register IS
    'Writes the checkpoint of a new consumer. False: it has one already, and nothing has changed';
COMMENT ON FUNCTION @schema@.bound_batch IS
    'Notes which batch a transaction has begun, and bounds its waits; a part of begin_batch() and begin_segment()';
COMMENT ON FUNCTION @schema@.begin_batch IS
    'Locks a consumer''s checkpoint for this transaction, bounds its waits, and returns the id of the last record that '
    'the consumer has applied. Null: register the consumer first';
COMMENT ON FUNCTION @schema@.require_batch IS
    'Raises an error unless this transaction has begun a batch of the consumer';
COMMENT ON FUNCTION @schema@.refuse_advance IS 'Raises the error that says why advance() did not move a checkpoint';
COMMENT ON FUNCTION @schema@.advance IS
    'Moves a consumer''s checkpoint, in the transaction that holds the effects. Raises 40001 if another instance has '
    'moved it';
