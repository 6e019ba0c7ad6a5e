#include "operations/status/outbox_poller.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "operations/staged_between.hpp"

namespace contrail::operations {

namespace {

/// The first poll counts at most so many, in some tenths of a second.
constexpr std::uint64_t count_max = 1'000'000;

constexpr int segment_columns = 6;  ///< Where the segments' sizes begin.
constexpr int hanging_commits_column = 11;

/// One row. {0} counts the records of the newest batch, and {1} those staged after it. {2} is the offset
/// after the log's head, and {3} the offset of the last record sealed, if a poll before has counted it. Both
/// may be NULL. pg_stat_activity costs by the sessions of the whole server, and without synchronous standbys no commit
/// waits for one.
constexpr auto query_text = R"(
    WITH base AS (SELECT no, last_offset FROM @schema@.batches ORDER BY no LIMIT 1),
    newest AS (
        SELECT batch.no, batch.snapshot, previous.snapshot AS previous_snapshot,
               coalesce(batch.last_offset, {3}, batch.first_offset - 1 + {0}) AS last_offset
        FROM @schema@.batches AS batch LEFT JOIN @schema@.batches AS previous ON previous.no = batch.no - 1
        ORDER BY batch.no DESC LIMIT 1),
    clock AS (SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms)
    SELECT newest.snapshot, newest.last_offset, base.last_offset, {1}, pg_current_snapshot(),
           (SELECT greatest(now_ms - sealed_ms, 0) FROM @schema@.batches
            WHERE first_offset <= greatest({2}, base.last_offset + 1) AND no > base.no
              AND greatest({2}, base.last_offset + 1) <= newest.last_offset
            ORDER BY first_offset DESC, no DESC LIMIT 1),
           pg_total_relation_size('@schema@.staged_log_records_0'),
           pg_total_relation_size('@schema@.staged_log_records_1'),
           pg_total_relation_size('@schema@.staged_log_records_2'),
           pg_total_relation_size('@schema@.batches'),
           coalesce(pg_sequence_last_value('@schema@.current_segment'), 0),
           CASE WHEN current_setting('synchronous_standby_names') = '' THEN 0 ELSE
               (SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event = 'SyncRep'
                  AND clock_timestamp() - query_start > interval '5 s') END
    FROM newest, base, clock)";

std::string count(const std::string& rows) {
    return fmt::format("(SELECT count(*) FROM (SELECT FROM {} AS record LIMIT {}) AS counted)", rows,
                       count_max);
}

std::string snapshot_literal(std::string_view snapshot) {
    return fmt::format("'{}'::pg_snapshot", snapshot);  // digits, commas and colons
}

std::uint64_t unsigned_in_first(const postgres::Result& result, int column) {
    return static_cast<std::uint64_t>(result.integer(0, column));
}

std::vector<OutboxStatus::Segment> segments_in(const postgres::Result& result) {
    const auto current = result.integer(0, segment_columns + 4);
    const auto segment = [&](int number) {
        return OutboxStatus::Segment{.number = number,
                                     .bytes = unsigned_in_first(result, segment_columns + number),
                                     .current = number == current};
    };
    return {segment(0), segment(1), segment(2)};
}

}  // namespace

std::string OutboxPoller::query(std::optional<RecordId> head) const {
    const std::string newest = counted_ ? snapshot_literal(counted_->newest) : "NULL";
    const std::string is_same = fmt::format("newest.snapshot::text = ({})::text", newest);
    const std::string sealed_known =
        counted_ ? fmt::format("CASE WHEN batch.snapshot::text = ({})::text THEN {} END", newest,
                               counted_->sealed.value)
                 : "NULL";
    const std::string after_known =
        counted_
            ? fmt::format("CASE WHEN {} THEN {} + {} ELSE {} END", is_same, counted_->after,
                          count(staged_between(snapshot_literal(counted_->through), "pg_current_snapshot()")),
                          count(staged_between("newest.snapshot", "pg_current_snapshot()")))
            : count(staged_between("newest.snapshot", "pg_current_snapshot()"));
    return fmt::format(query_text, count(staged_between("previous.snapshot", "batch.snapshot")), after_known,
                       head ? std::to_string(head->offset.value + 1) : "NULL::bigint", sealed_known);
}

OutboxStatus OutboxPoller::poll(std::optional<RecordId> head) {
    const auto result =
        read(database_.connection, "count the records that wait", database_.filled(query(head)));
    require_batches(result, database_);

    const std::string newest(result.text(0, 0));
    const bool is_same_batch = counted_ && counted_->newest == newest;
    const Offset sealed{unsigned_in_first(result, 1)};
    const Offset released{unsigned_in_first(result, 2)};
    const std::uint64_t unsealed = unsigned_in_first(result, 3);
    counted_ = {newest, sealed, unsealed, std::string(result.text(0, 4))};
    const double unsealed_seconds = unsealed_wait(unsealed > 0, is_same_batch);

    OutboxStatus status;
    status.staged_offset = Offset{sealed.value + unsealed};
    if (head) {
        const Offset held_by_log = std::max(head->offset, released);
        const std::uint64_t unsent = sealed > held_by_log ? sealed.value - held_by_log.value : 0;
        status.waiting_records = unsent + unsealed;
        if (unsealed > 0) status.oldest_waiting_seconds = unsealed_seconds;
        if (!result.is_null(0, 5))
            status.oldest_waiting_seconds = static_cast<double>(result.integer(0, 5)) / 1000;
    }
    status.hanging_commits = unsigned_in_first(result, hanging_commits_column);
    status.segments = segments_in(result);
    status.bytes = unsigned_in_first(result, segment_columns + 3);
    for (const auto& segment : status.segments) *status.bytes += segment.bytes;
    return status;
}

double OutboxPoller::unsealed_wait(bool any_waits, bool is_same_batch) {
    const auto now = clock_.now();
    if (!any_waits) {
        unsealed_since_.reset();
        return 0;
    }
    if (!unsealed_since_ || !is_same_batch) unsealed_since_ = now;
    return std::chrono::duration<double>(now - *unsealed_since_).count();
}

}  // namespace contrail::operations
