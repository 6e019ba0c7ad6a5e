#include "postgres/adoption_statements.hpp"

#include "postgres/schema.hpp"

namespace contrail::postgres {

namespace {

// The transaction has no id yet when the snapshot is taken, so the records that it stages come after the
// snapshot.
constexpr auto begin_text = "BEGIN; SELECT pg_current_snapshot()";

constexpr auto lock_text = R"(
    SET LOCAL lock_timeout = '5s';
    LOCK TABLE @schema@.batches, @schema@.staged_log_records, @schema@.consumers, @schema@.cluster_identity
    IN ACCESS EXCLUSIVE MODE)";

// A dump restores the batches first, and this constraint after them. admit_replicated() gives replicated
// records negative ids.
constexpr auto restored_text = R"(
    SELECT EXISTS (
        SELECT FROM @schema@.batches AS batch, pg_constraint AS complete
        WHERE complete.conrelid = $name$@schema@.staged_log_records$name$::regclass
          AND complete.conname = 'xid_is_that_of_the_inserting_transaction'
          AND age(batch.xmin) > age(complete.xmin))
        OR EXISTS (SELECT FROM @schema@.staged_log_records WHERE id < 0))";

constexpr auto replicated_text = "SELECT EXISTS (SELECT FROM @schema@.staged_log_records WHERE id < 0)";

// The last of a consumer counts as its position: that of the segment that is furthest behind.
constexpr auto checkpoints_text = R"(
    SELECT consumer, last_id, last_offset FROM @schema@.checkpoints WHERE stream = $1
    UNION ALL
    SELECT consumer, ahead_id, split_part(ahead_id, '-', 2)::bigint FROM @schema@.checkpoints
    WHERE stream = $1 AND ahead_id IS NOT NULL
    ORDER BY 3 DESC)";

// A dump restores the records first, and this constraint after them. So rows older than the constraint came
// with the dump, and the others were staged here. A record's xid does not tell: both clusters count from 3.
// Replication brings records one by one, and admit_replicated() gives them negative ids.
constexpr auto staged_here_text = R"(
    SELECT min(id) FILTER (WHERE is_own), max(id) FILTER (WHERE NOT is_own)
    FROM (SELECT id, id > 0 AND age(staged.xmin) < age(complete.xmin) AS is_own
          FROM @schema@.staged_log_records AS staged, pg_constraint AS complete
          WHERE complete.conrelid = $name$@schema@.staged_log_records$name$::regclass
            AND complete.conname = 'xid_is_that_of_the_inserting_transaction') AS record)";

// The records that were sealed beyond `through`, in the order of the log; then the unsealed ones, in the
// order of staging.
constexpr auto take_text = R"(
    CREATE TEMPORARY TABLE contrail_taken ON COMMIT DROP AS
    WITH sealed AS (
        SELECT batch.no, staged.*,
               batch.first_offset - 1 + row_number() OVER (PARTITION BY batch.no ORDER BY staged.id) AS log_offset
        FROM @schema@.batches AS batch
        JOIN @schema@.batches AS previous ON previous.no = batch.no - 1,
             LATERAL @schema@.records_between(previous.snapshot, batch.snapshot) AS staged
        WHERE coalesce(batch.last_offset > @through@, true)
          AND coalesce(staged.id < @first_staged_here@, true)
    )
    SELECT no, id, action, object, data, key, headers FROM sealed WHERE log_offset > @through@
    UNION ALL
    SELECT NULL, id, action, object, data, key, headers FROM @schema@.staged_log_records
    WHERE id >= @first_staged_here@
       OR NOT pg_visible_in_snapshot(xid, (SELECT snapshot FROM @schema@.batches ORDER BY no DESC LIMIT 1)))";

constexpr auto count_text = R"(
    SELECT (SELECT count(*) FROM pg_temp.contrail_taken), (SELECT count(*) FROM @schema@.staged_log_records))";

constexpr auto refill_text = R"(
    SET LOCAL contrail.emptying = on;
    TRUNCATE @schema@.staged_log_records;
    INSERT INTO @schema@.staged_log_records (action, object, data, key, headers)
    SELECT action, object, data, key, headers FROM pg_temp.contrail_taken ORDER BY no NULLS LAST, id)";

constexpr auto adopt_text = R"(
    WITH gone AS (DELETE FROM @schema@.batches RETURNING no)
    INSERT INTO @schema@.batches (no, snapshot, sealed_ms, first_offset, last_offset, adopted_at)
    SELECT max(no) + 1, $1::pg_snapshot, $2::bigint, $3::bigint + 1, $3::bigint, now() FROM gone)";

}  // namespace

AdoptionStatements::AdoptionStatements(std::string_view quoted_schema)
    : begin(begin_text),
      lock(in_schema(lock_text, quoted_schema)),
      restored(in_schema(restored_text, quoted_schema)),
      replicated(in_schema(replicated_text, quoted_schema)),
      checkpoints(in_schema(checkpoints_text, quoted_schema)),
      staged_here(in_schema(staged_here_text, quoted_schema)),
      count(in_schema(count_text, quoted_schema)),
      refill(in_schema(refill_text, quoted_schema)),
      adopt(in_schema(adopt_text, quoted_schema)),
      quoted_schema_(quoted_schema) {}

std::string AdoptionStatements::take(Offset through, const std::string& first_staged_here) const {
    // Literals: a statement that makes a table takes no values.
    const std::string first = first_staged_here.empty() ? "NULL::bigint" : first_staged_here;
    const std::string text = replaced(take_text, "@through@", std::to_string(through.value));
    return in_schema(replaced(text, "@first_staged_here@", first), quoted_schema_);
}

}  // namespace contrail::postgres
