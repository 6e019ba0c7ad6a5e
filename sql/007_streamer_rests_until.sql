-- Until when a streamer rests, in Unix milliseconds. Meanwhile it does not poll, and a transaction that stages a record
-- wakes it by NOTIFY. While it is at work there is nothing to wake, and a producer only reads this number. A NOTIFY in
-- every commit would take a lock that all transactions share.
--
-- A sequence, for the reasons of current_segment. It names a time, so that a streamer that died at rest costs producers
-- no NOTIFY for ever.
CREATE SEQUENCE @schema@.streamer_rests_until AS bigint MINVALUE 0 START 0;
GRANT SELECT ON SEQUENCE @schema@.streamer_rests_until TO PUBLIC;

-- Wakes a streamer that rests, when the running transaction commits. Returns 0.
--
-- PostgreSQL cannot prepare a transaction for two-phase commit once it has notified. So where transactions can be
-- prepared, the function notifies none, and no streamer rests. Without a search_path of its own, which would cost more
-- than all the rest, it qualifies all names.
CREATE FUNCTION @schema@.wake_streamer() RETURNS smallint LANGUAGE plpgsql AS $body$
BEGIN
    IF pg_catalog.pg_sequence_last_value($name$@schema@.streamer_rests_until$name$::pg_catalog.regclass)
           OPERATOR(pg_catalog.>) (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())
                                   OPERATOR(pg_catalog.*) 1000)::bigint
       AND pg_catalog.current_setting('max_prepared_transactions') OPERATOR(pg_catalog.=) '0' THEN
        PERFORM pg_catalog.pg_notify(pg_catalog.concat(
            'contrail_streamer_', $name$@schema@.streamer_rests_until$name$::pg_catalog.regclass::pg_catalog.oid), '');
    END IF;
    RETURN 0;
END
$body$;
GRANT EXECUTE ON FUNCTION @schema@.wake_streamer() TO PUBLIC;

-- With the segment, which every INSERT asks for, plain ones too. The columns before it are filled in first: a transaction
-- has its id before it reads the number.
ALTER TABLE @schema@.staged_log_records ALTER COLUMN segment SET DEFAULT
    coalesce(pg_sequence_last_value($name$@schema@.current_segment$name$::regclass), 0)::smallint
    + CASE WHEN pg_sequence_last_value($name$@schema@.streamer_rests_until$name$::regclass) > 0
           THEN @schema@.wake_streamer() ELSE 0::smallint END;

COMMENT ON SEQUENCE @schema@.streamer_rests_until IS
    'Until when a streamer rests, as its last value, in Unix milliseconds: until then, transactions that stage records '
    'wake it by NOTIFY';
COMMENT ON FUNCTION @schema@.wake_streamer IS
    'Wakes a streamer that rests, when the running transaction commits. Returns 0: the default of '
    'staged_log_records.segment calls it';
