#include "postgres/outbox_statements.hpp"

#include "postgres/schema.hpp"

namespace contrail::postgres {

namespace {

// synchronous_commit: a seal must be on disk before its first record is sent, whatever the server's default.
// default_transaction_isolation: every statement is a transaction that sees all that was committed before it.
// work_mem: what is sorted is at most 10,000 records, or those of transactions that were short when an earlier batch
// was sealed. The rest: an emptied segment has no statistics, and a plan made for an empty segment must serve a full
// one. An index scan always does, and where its order is asked for, it sorts nothing. So: no other scan, no parallel
// workers, which would sort what they gather, no plan for particular values, no JIT when an estimate is far off.
constexpr auto session_text = R"(
    SET synchronous_commit = on;
    SET default_transaction_isolation = 'read committed';
    SET work_mem = '64MB';
    SET max_parallel_workers_per_gather = 0;
    SET enable_seqscan = off;
    SET enable_bitmapscan = off;
    SET plan_cache_mode = force_generic_plan;
    SET jit = off)";

constexpr auto identity_text = "SELECT id FROM @schema@.cluster_identity";

constexpr auto newest_text = R"(
    SELECT no, sealed_ms, first_offset, last_offset FROM @schema@.batches ORDER BY no DESC LIMIT 1)";

constexpr auto base_text = R"(
    SELECT no, sealed_ms, first_offset, last_offset FROM @schema@.batches ORDER BY no LIMIT 1)";

// The base never answers: its records are gone. It may have the same first_offset as the next batch, if it is
// empty.
constexpr auto find_text = R"(
    SELECT no, sealed_ms, first_offset, last_offset FROM @schema@.batches
    WHERE first_offset <= $1 AND no > (SELECT min(no) FROM @schema@.batches)
    ORDER BY first_offset DESC LIMIT 1)";

// Where another session was quicker, its note stays: a batch counts the same every time.
constexpr auto count_text = R"(
    UPDATE @schema@.batches AS batch
    SET last_offset = coalesce(batch.last_offset, batch.first_offset - 1 + (
        SELECT count(*) FROM @schema@.records_between(previous.snapshot, batch.snapshot)))
    FROM @schema@.batches AS previous
    WHERE batch.no = $1 AND previous.no = batch.no - 1
    RETURNING batch.last_offset)";

constexpr auto snapshot_text = "SELECT pg_current_snapshot()";

constexpr auto now_text = "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

// How much first_records holds, and whether a batch of it comes along with its seal.
constexpr auto found_text = R"(
        SELECT records, transactions, CASE WHEN records <= 1000 AND stored_bytes <= 65536 THEN (
            SELECT sum(octet_length(data::text) + coalesce(octet_length(headers::text), 0)) <= 1048576
            FROM first_records
        ) END AS all_of_it
        FROM (
            SELECT count(*) AS records, count(DISTINCT xid) AS transactions,
                   sum(pg_column_size(data) + coalesce(pg_column_size(headers), 0)) AS stored_bytes
            FROM first_records
        ) AS size)";

// The next batch, unless nothing was found. $3 is the last offset of the batch before.
constexpr auto insert_text = R"(
        INSERT INTO @schema@.batches (no, snapshot, sealed_ms, first_offset, last_offset)
        SELECT no + 1, pg_current_snapshot(),
               greatest(sealed_ms, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint), $3 + 1,
               CASE WHEN all_of_it THEN $3 + records END
        FROM previous, found
        WHERE records > 0)";

// One statement has one snapshot, and writes down that one: the batch holds every record that the statement
// finds, and a later batch holds the others. The number is the primary key. Of two streamers that seal at
// once, one waits for the other, inserts nothing, and must repeat. If no record is staged, or the batch
// exists, the statement writes nothing and takes no transaction id.
//
// A short batch, at most one append, comes along with its seal: one round trip and no COPY, whose query the
// server plans each time (0.2 ms, as much as all the rest). libpq holds all of it in memory, so a short batch is
// bounded by its stored size and then by what is sent. The second may be a thousand times the first: a number such
// as 1e100000 has a few bytes in a jsonb. CASE measures texts of few bytes only. Of a long batch no more is read.
constexpr auto next_text = R"(
    WITH previous AS MATERIALIZED (
        SELECT no, sealed_ms, coalesce($4::pg_snapshot, snapshot) AS polled_to
        FROM @schema@.batches
        WHERE no = $1 AND sealed_ms = $2 AND coalesce(last_offset, $3) = $3
    ), first_records AS MATERIALIZED (
        SELECT id, xid, action, object, data, key, headers
        FROM previous, @schema@.records_between(polled_to, pg_current_snapshot())
        LIMIT 1001
    ), found AS MATERIALIZED (
@found@
    ), sealed_before AS (
        SELECT no, sealed_ms, first_offset, last_offset, NULL::xid8 AS sealed_by FROM @schema@.batches WHERE no = $1 + 1
    ), sealed_now AS (
@insert@ AND NOT EXISTS (SELECT FROM sealed_before)
        ON CONFLICT (no) DO NOTHING
        RETURNING no, sealed_ms, first_offset, last_offset, sealed_by
    ), note_of_last_offset AS (
        UPDATE @schema@.batches SET last_offset = $3
        WHERE no = $1 AND last_offset IS NULL AND EXISTS (SELECT FROM sealed_now)
    )
    SELECT snapshot, unsealed, transactions, no, sealed_ms, first_offset, last_offset, sealed_by,
           action, object, data, key, headers
    FROM (
        SELECT pg_current_snapshot() AS snapshot,
               records > 0 AND NOT EXISTS (SELECT FROM sealed_before) AS unsealed, transactions, batch.*,
               NULL AS action, NULL AS object, NULL::jsonb AS data, NULL AS key, NULL::jsonb AS headers, @first@ AS id
        FROM previous CROSS JOIN found
        LEFT JOIN (SELECT * FROM sealed_before UNION ALL SELECT * FROM sealed_now) AS batch ON true
        UNION ALL
        SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, action, object, data, key, headers, id FROM first_records
        WHERE EXISTS (SELECT FROM sealed_now WHERE last_offset IS NOT NULL)
    ) AS answer ORDER BY id)";

// The same for a poll soon after one that found nothing since batch $1, when few transaction ids lie between them and
// nothing is left to note of that batch: one range of ids instead of two, and no UPDATE. It has half the nodes, and
// preparing those to run is what a seal of a few records costs. Where it finds records and seals none, another session
// has sealed: `next` tells.
constexpr auto next_soon_text = R"(
    WITH previous AS MATERIALIZED (
        SELECT no, sealed_ms FROM @schema@.batches WHERE no = $1 AND sealed_ms = $2 AND last_offset = $3
    ), first_records AS MATERIALIZED (
        SELECT id, xid, action, object, data, key, headers FROM @schema@.staged_log_records
        WHERE xid >= pg_snapshot_xmin($4::pg_snapshot) AND xid < pg_snapshot_xmax(pg_current_snapshot())
          AND NOT pg_visible_in_snapshot(xid, $4::pg_snapshot) AND pg_visible_in_snapshot(xid, pg_current_snapshot())
        LIMIT 1001
    ), found AS MATERIALIZED (
@found@
    ), sealed_now AS (
@insert@
        ON CONFLICT (no) DO NOTHING
        RETURNING no, sealed_ms, first_offset, last_offset, sealed_by
    )
    SELECT snapshot, unsealed, transactions, no, sealed_ms, first_offset, last_offset, sealed_by,
           action, object, data, key, headers
    FROM (
        SELECT pg_current_snapshot() AS snapshot, records > 0 AS unsealed, transactions, sealed_now.*,
               NULL AS action, NULL AS object, NULL::jsonb AS data, NULL AS key, NULL::jsonb AS headers, @first@ AS id
        FROM previous CROSS JOIN found LEFT JOIN sealed_now ON true
        UNION ALL
        SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, action, object, data, key, headers, id FROM first_records
        WHERE EXISTS (SELECT FROM sealed_now WHERE last_offset IS NOT NULL)
    ) AS answer ORDER BY id)";

// The lock stops release and adoption before `window` reads the snapshots, so the COPY reads just what
// `window` found. A single statement could not do it: it takes its snapshot before it waits for locks.
constexpr auto hold_text = "BEGIN; LOCK TABLE @schema@.staged_log_records IN ACCESS SHARE MODE";

// Besides the two snapshots: what is known of the staging ids, at the seal before and at this one. Transactions that
// had no id when the batch before was sealed drew only ids above last_staged_id, so those below are of the few that
// were under way: `early`. Where last_staged_id is null, nothing is known, and there are none. Nor is anything known
// if it is higher than at the seal after: then the sequence of ids was set back.
constexpr auto window_text = R"(
    SELECT previous.snapshot, batch.snapshot, previous.last_staged_id,
           CASE WHEN previous.last_staged_id IS NOT NULL THEN batch.last_staged_id END, early.xid, early.is_long
    FROM @schema@.batches AS batch
    JOIN LATERAL (
        SELECT snapshot, sealed_by,
               CASE WHEN last_staged_id <= batch.last_staged_id THEN last_staged_id END AS last_staged_id
        FROM @schema@.batches WHERE no = batch.no - 1
    ) AS previous ON true
    LEFT JOIN LATERAL (
        SELECT begun.xid, records > 1000 AS is_long
        FROM (SELECT pg_snapshot_xip(previous.snapshot) AS xid
              UNION ALL
              SELECT number::text::xid8
              FROM generate_series(pg_snapshot_xmax(previous.snapshot)::text::bigint,
                                   CASE WHEN previous.last_staged_id IS NOT NULL
                                        THEN previous.sealed_by::text::bigint END) AS number) AS begun,
             LATERAL (SELECT count(*) AS records
                      FROM (SELECT FROM @schema@.staged_log_records AS staged
                            WHERE staged.xid = begun.xid AND staged.id <= previous.last_staged_id LIMIT 1001) AS first)
                 AS counted
        WHERE records > 0 AND pg_visible_in_snapshot(begun.xid, batch.snapshot)
    ) AS early ON true
    WHERE batch.no = $1 AND batch.sealed_ms = $2 AND batch.first_offset = $3)";

// Scans the index of offsets, and no further than the run.
constexpr auto run_text = R"(
    SELECT no, sealed_ms, first_offset, last_offset, snapshot FROM @schema@.batches
    WHERE no >= $1 AND first_offset <= $4 AND first_offset >= (
        SELECT first_offset FROM @schema@.batches
        WHERE no = $1 AND sealed_ms = $2 AND coalesce(last_offset, $3) = $3)
    ORDER BY first_offset, no LIMIT 1001)";

constexpr int snapshot_column = 4;  // of run_text

/// A bigint in parentheses, because a literal has no sign.
constexpr std::string_view lowest_id = "(-9223372036854775808)";

std::string quoted_snapshot(std::string_view snapshot) {
    return "'" + std::string(snapshot) + "'::pg_snapshot";
}

std::string sealing(std::string_view text, std::string_view quoted_schema) {
    std::string filled = replaced(std::string(text), "@found@", found_text);
    filled = replaced(std::move(filled), "@insert@", insert_text);
    // The row that tells of the batch comes first. Replicated records have negative ids.
    filled = replaced(std::move(filled), "@first@", std::string(lowest_id) + "::bigint");
    return in_schema(filled, quoted_schema);
}

std::string streamer_lock_key(std::string_view schema) {
    return "hashtextextended('contrail streamer ' || " + std::string(schema) + ", 0)";
}

Offset offset_from(const Result& result, int row, int column) {
    return {static_cast<std::uint64_t>(result.integer(row, column))};
}

}  // namespace

std::string streamer_lock_holders(std::string_view schema) {
    // pg_locks shows a lock on one bigint as two halves.
    return "SELECT pid, has_table_privilege(usesysid, $name$@schema@.batches$name$, 'DELETE') AS is_streamer "
           "FROM (SELECT " +
           streamer_lock_key(schema) +
           " AS key) AS lock, pg_locks JOIN pg_stat_activity USING (pid) "
           "WHERE locktype = 'advisory' AND objsubid = 1 AND granted "
           "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
           "AND classid = (key >> 32 & 4294967295)::oid AND objid = (key & 4294967295)::oid";
}

OpenBatch batch_from(const Result& result, int row, int column) {
    OpenBatch batch{.number = result.integer(row, column),
                    .sealed_ms = static_cast<std::uint64_t>(result.integer(row, column + 1)),
                    .first = offset_from(result, row, column + 2),
                    .last = std::nullopt};
    if (!result.is_null(row, column + 3)) batch.last = offset_from(result, row, column + 3);
    return batch;
}

OutboxStatements::OutboxStatements(std::string_view quoted_schema)
    : session(session_text),
      lead{"lead",
           {"take the lead among streamers"},
           in_schema("SELECT pg_try_advisory_lock(" + streamer_lock_key("$1") +
                         ") OR NOT EXISTS (SELECT FROM (" + streamer_lock_holders("$1") +
                         ") AS holder WHERE is_streamer)",
                     quoted_schema)},
      identity{"identity", {"read which outbox this is"}, in_schema(identity_text, quoted_schema)},
      newest{"newest", {"read the newest batch"}, in_schema(newest_text, quoted_schema)},
      base{"base", {"read the base of the outbox"}, in_schema(base_text, quoted_schema)},
      find{"find", {"find the batch that holds an offset"}, in_schema(find_text, quoted_schema)},
      count{"count", {"count a batch", Effect::nothing, true}, in_schema(count_text, quoted_schema)},
      snapshot{"snapshot", {"check for staged records"}, snapshot_text},
      now{"now", {"read the server's clock"}, now_text},
      next{"next", {"seal the next batch", Effect::write}, sealing(next_text, quoted_schema)},
      next_soon{"next_soon", {"seal the next batch", Effect::write}, sealing(next_soon_text, quoted_schema)},
      hold(in_schema(hold_text, quoted_schema)),
      window{"window", {"read the window of a batch"}, in_schema(window_text, quoted_schema)},
      run{"run", {"read consecutive batches"}, in_schema(run_text, quoted_schema)},
      quoted_schema_(quoted_schema) {}

/// Each part in the order of ids by an index, so that the server merges and sorts nothing: a batch of ten million
/// records begins to come at once. Only early transactions of few records are sorted together.
///
/// A walk ends at the last id that was drawn when the batch was sealed: else filling a log again would walk to the
/// end of the outbox for each batch. Ids may have been given otherwise, and a batch that was not counted shows no
/// lack. So that one is walked to the end.
std::string OutboxStatements::copy(const Result& answer, std::uint64_t skip, bool is_counted) const {
    const std::string previous = quoted_snapshot(answer.text(0, 0));
    const std::string current = quoted_snapshot(answer.text(0, 1));
    const std::string early_to(answer.is_null(0, 2) ? lowest_id : answer.text(0, 2));
    const std::string to =
        is_counted && !answer.is_null(0, 3) ? " AND id <= " + std::string(answer.text(0, 3)) : "";
    const auto records = [&](const std::string& condition) {
        return "(SELECT * FROM " + quoted_schema_ + ".staged_log_records WHERE " + condition +
               " ORDER BY id)";
    };
    std::string text = "COPY (SELECT action, object, data, key, headers FROM (" +
                       records("id > " + early_to + to + " AND NOT pg_visible_in_snapshot(xid, " + previous +
                               ") AND pg_visible_in_snapshot(xid, " + current + ")");
    std::string short_ones;
    for (int row = 0; row < answer.rows() && !answer.is_null(row, 4); ++row) {
        const std::string xid(answer.text(row, 4));
        if (answer.boolean(row, 5))
            text += " UNION ALL " + records("id <= " + early_to + " AND xid = '" + xid + "'");
        else
            short_ones += (short_ones.empty() ? "" : ",") + xid;
    }
    if (!short_ones.empty())
        text +=
            " UNION ALL " + records("id <= " + early_to + " AND xid = ANY ('{" + short_ones + "}'::xid8[])");
    return text + ") AS batch ORDER BY id OFFSET " + std::to_string(skip) +
           ") TO STDOUT (FORMAT binary); COMMIT";
}

std::string OutboxStatements::copy_run(const Result& batches, int last) const {
    std::string windows;
    for (int row = 1; row <= last; ++row) {
        windows.append(row == 1 ? "(" : ", (").append(batches.text(row, 0));
        windows.append(", '").append(batches.text(row - 1, snapshot_column)).append("'::pg_snapshot");
        windows.append(", '").append(batches.text(row, snapshot_column)).append("'::pg_snapshot)");
    }
    return "COPY (SELECT no::bigint, action, object, data, key, headers FROM (VALUES " + windows +
           ") AS batch (no, previous, current), " + quoted_schema_ +
           ".records_between(previous, current) ORDER BY no, id) TO STDOUT (FORMAT binary); COMMIT";
}

}  // namespace contrail::postgres
