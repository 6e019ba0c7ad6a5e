#include "postgres/reconciliation_statements.hpp"

#include "postgres/schema.hpp"

namespace contrail::postgres {

namespace {

// The settings are those of the streamer's session, for this transaction only: a pooler may be in between.
// The streamer waits for a seal that is not committed, so the server ends a session that stalls. The lock
// comes before the snapshot, which the first query takes. Otherwise retention could empty a segment in
// between and delete its batches, and a snapshot older than theirs would get one of their numbers.
constexpr auto begin_text = R"(
    BEGIN ISOLATION LEVEL REPEATABLE READ;
    SET LOCAL synchronous_commit = on;
    SET LOCAL idle_in_transaction_session_timeout = '10s';
    SET LOCAL statement_timeout = 0;
    SET LOCAL enable_seqscan = off;
    SET LOCAL enable_bitmapscan = off;
    SET LOCAL jit = off;
    LOCK TABLE @schema@.staged_log_records IN ACCESS SHARE MODE)";

// The batch before is visible here, so its snapshot was taken earlier than this one. Its number is the key:
// if another session has sealed a batch after this snapshot was taken, the INSERT fails. So a snapshot older
// than the newest batch's is never sealed. Where nothing became visible since the batch before, that batch
// ends where this snapshot does: all that is visible in this snapshot is in that batch or an earlier one.
constexpr auto seal_text = R"(
    WITH previous AS MATERIALIZED (
        SELECT batch.no, batch.snapshot, batch.sealed_ms,
               coalesce(batch.last_offset, batch.first_offset - 1 + (
                   SELECT count(*) FROM @schema@.records_between(before.snapshot, batch.snapshot))) AS last_offset
        FROM @schema@.batches AS batch LEFT JOIN @schema@.batches AS before ON before.no = batch.no - 1
        ORDER BY batch.no DESC LIMIT 1
    ), staged AS MATERIALIZED (
        SELECT count(*) AS records
        FROM previous, LATERAL @schema@.records_between(previous.snapshot, pg_current_snapshot())
    ), sealed AS (
        INSERT INTO @schema@.batches (no, snapshot, sealed_ms, first_offset, last_offset)
        SELECT no + 1, pg_current_snapshot(),
               greatest(sealed_ms, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint),
               last_offset + 1, last_offset + records
        FROM previous, staged WHERE records > 0
        ON CONFLICT (no) DO NOTHING
        RETURNING sealed_ms, last_offset
    ), note_of_last_offset AS (
        UPDATE @schema@.batches AS batch SET last_offset = previous.last_offset FROM previous
        WHERE batch.no = previous.no AND batch.last_offset IS NULL AND EXISTS (SELECT FROM sealed)
    )
    SELECT pg_export_snapshot(), sealed_ms, last_offset FROM sealed
    UNION ALL
    SELECT pg_export_snapshot(), sealed_ms, last_offset FROM previous, staged WHERE records = 0)";

}  // namespace

ReconciliationStatements::ReconciliationStatements(std::string_view quoted_schema)
    : begin(in_schema(begin_text, quoted_schema)),
      seal(in_schema(seal_text, quoted_schema)) {}

std::string ReconciliationStatements::begin_querying(std::string_view snapshot) {
    // Names of snapshots are digits and dashes. A query takes as long as it takes, and so does what the caller does
    // between two of them.
    return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '" +
           std::string(snapshot) +
           "'; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0";
}

}  // namespace contrail::postgres
