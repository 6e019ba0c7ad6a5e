#include "operations/status/outbox_poller.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "operations/staged_between.hpp"

namespace contrail::operations {

namespace {

/// The first poll counts at most so many, in some tenths of a second.
constexpr std::uint64_t count_max = 1'000'000;

// Of query_text.
constexpr int last_offset_column = 2;
constexpr int first_offset_column = 3;
constexpr int through_column = 4;
constexpr int released_column = 5;
constexpr int oldest_column = 6;
constexpr int segment_columns = 7;  ///< Where the segments' sizes begin.
constexpr int batches_column = segment_columns + 3;
constexpr int current_segment_column = segment_columns + 4;
constexpr int hanging_commits_column = segment_columns + 5;

/// One row. {head} is the offset of the log's head, or NULL. The seventh column is the age of the batch that holds the
/// record after it, if it is sealed. pg_stat_activity costs by the sessions of the whole server, and without
/// synchronous standbys no commit waits for one.
constexpr auto query_text = R"(
    WITH base AS (SELECT no, last_offset FROM @schema@.batches ORDER BY no LIMIT 1),
    newest AS (SELECT no, snapshot, first_offset, last_offset FROM @schema@.batches ORDER BY no DESC LIMIT 1)
    SELECT newest.snapshot, (SELECT snapshot FROM @schema@.batches AS previous WHERE previous.no = newest.no - 1),
           newest.last_offset, newest.first_offset, pg_current_snapshot(), base.last_offset,
           (SELECT greatest(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint - sealed_ms, 0)
            FROM @schema@.batches
            WHERE first_offset <= greatest({head}, base.last_offset) + 1 AND no > base.no
            ORDER BY first_offset DESC, no DESC LIMIT 1),
           pg_total_relation_size($name$@schema@.staged_log_records_0$name$),
           pg_total_relation_size($name$@schema@.staged_log_records_1$name$),
           pg_total_relation_size($name$@schema@.staged_log_records_2$name$),
           pg_total_relation_size($name$@schema@.batches$name$),
           coalesce(pg_sequence_last_value($name$@schema@.current_segment$name$), 0),
           CASE WHEN current_setting('synchronous_standby_names') = '' THEN 0 ELSE
               (SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event = 'SyncRep'
                  AND clock_timestamp() - query_start > interval '5 s') END
    FROM newest, base)";

/// The number of records staged between two snapshots.
std::string count(std::string_view previous, std::string_view current) {
    const auto literal = [](std::string_view snapshot) {
        return fmt::format("'{}'::pg_snapshot", snapshot);  // digits, commas and colons
    };
    return fmt::format("(SELECT count(*) FROM (SELECT FROM {} AS record LIMIT {}) AS counted)",
                       staged_between(literal(previous), literal(current)), count_max);
}

std::uint64_t unsigned_in_first(const postgres::Result& result, int column) {
    return static_cast<std::uint64_t>(result.integer(0, column));
}

std::vector<OutboxStatus::Segment> segments_in(const postgres::Result& result) {
    const auto current = result.integer(0, current_segment_column);
    const auto segment = [&](int number) {
        return OutboxStatus::Segment{.number = number,
                                     .bytes = unsigned_in_first(result, segment_columns + number),
                                     .current = number == current};
    };
    return {segment(0), segment(1), segment(2)};
}

}  // namespace

OutboxStatus OutboxPoller::poll(std::optional<RecordId> head) {
    const std::string query =
        fmt::format(query_text, fmt::arg("head", head ? std::to_string(head->offset.value) : "NULL::bigint"));
    const auto result = read(database_.connection, "read the ends of the outbox", database_.filled(query));
    require_batches(result, database_);

    const bool is_same_batch = counted_ && counted_->newest == result.text(0, 0);
    counted_ = count_records(result, is_same_batch);
    const auto [newest, sealed, unsealed, through] = *counted_;
    const Offset released{unsigned_in_first(result, released_column)};
    const double unsealed_seconds = unsealed_wait(unsealed > 0, is_same_batch);

    OutboxStatus status;
    status.staged_offset = Offset{sealed.value + unsealed};
    if (head) {
        const Offset held_by_log = std::max(head->offset, released);
        const std::uint64_t unsent = sealed > held_by_log ? sealed.value - held_by_log.value : 0;
        status.waiting_records = unsent + unsealed;
        if (unsealed > 0) status.oldest_waiting_seconds = unsealed_seconds;
        if (unsent > 0 && !result.is_null(0, oldest_column))
            status.oldest_waiting_seconds = static_cast<double>(result.integer(0, oldest_column)) / 1000;
    }
    status.hanging_commits = unsigned_in_first(result, hanging_commits_column);
    status.segments = segments_in(result);
    status.bytes = unsigned_in_first(result, batches_column);
    for (const auto& segment : status.segments) *status.bytes += segment.bytes;
    return status;
}

/// Asks the server to count only what is new. Between two equal snapshots nothing is.
OutboxPoller::Counted OutboxPoller::count_records(const postgres::Result& ends, bool is_same_batch) {
    Counted now{.newest = std::string(ends.text(0, 0)), .through = std::string(ends.text(0, through_column))};
    std::string in_newest = "0";
    std::string after = "0";
    if (!ends.is_null(0, last_offset_column)) {
        now.sealed = Offset{unsigned_in_first(ends, last_offset_column)};
    } else if (is_same_batch) {
        now.sealed = counted_->sealed;
    } else {
        now.sealed = Offset{unsigned_in_first(ends, first_offset_column)}.previous();
        in_newest = count(ends.text(0, 1), now.newest);
    }
    if (is_same_batch) now.after = counted_->after;
    const std::string& counted_through = is_same_batch ? counted_->through : now.newest;
    if (counted_through != now.through) after = count(counted_through, now.through);
    if (in_newest == "0" && after == "0") return now;

    const auto counted = read(database_.connection, "count the records that wait",
                              database_.filled("SELECT " + in_newest + ", " + after));
    now.sealed.value += unsigned_in_first(counted, 0);
    now.after += unsigned_in_first(counted, 1);
    return now;
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
