#include "postgres/reconciliation_statements.hpp"

#include "postgres/schema.hpp"

namespace contrail::postgres {

namespace {

// As in the streamer's session, but for this transaction only: it may have come by a pooler. A seal that is
// not committed keeps the streamer waiting, so the server ends a session that stops in between. Locked before
// the snapshot is taken, which is at the first query: were a segment emptied in between, the batches before
// would be gone from the table, and their numbers free for a snapshot that is older than they.
constexpr auto begin_text = R"(
    BEGIN ISOLATION LEVEL REPEATABLE READ;
    SET LOCAL synchronous_commit = on;
    SET LOCAL idle_in_transaction_session_timeout = '10s';
    SET LOCAL statement_timeout = 0;
    SET LOCAL enable_seqscan = off;
    SET LOCAL enable_bitmapscan = off;
    SET LOCAL jit = off;
    LOCK TABLE @schema@.staged_log_records IN ACCESS SHARE MODE)";

// The batch before is visible here, so its snapshot was taken earlier than this one; and its number is the
// key, so that nobody can have sealed another one in between. Whoever has, after this snapshot was taken,
// makes the INSERT fail: a snapshot older than the newest batch's is never sealed. Where nothing became
// visible since the batch before, that one ends where this snapshot does: whatever is visible in this one is
// in its batch or an earlier one.
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

std::string ReconciliationStatements::begin_reducing(std::string_view snapshot) {
    // Names of snapshots are digits and dashes. To reduce takes as long as it takes.
    return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '" +
           std::string(snapshot) + "'; SET LOCAL statement_timeout = 0";
}

}  // namespace contrail::postgres
