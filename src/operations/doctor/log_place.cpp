#include <fmt/format.h>

#include <algorithm>

#include "contrail/log_writer.hpp"
#include "operations/doctor/checks.hpp"
#include "operations/staged_between.hpp"
#include "operations/units.hpp"

namespace contrail::operations::doctor {

namespace {

/// One row about the outbox, against the log's head at offset {2}:
///   0  when the newest batch was sealed        1  its last offset: noted when it was sent, else counted
///   2  the offset after which the outbox holds records: the last one of the oldest row, which was released
///   3  when the record at the head was sealed  4  records staged after the newest seal, counted up to {3}
///   5  the age of the oldest batch that is not wholly sent
///   6  the furthest offset that a registered consumer has applied
/// The oldest row stands for what was released, or on a fresh installation for the time before the first batch.
/// A batch without last_offset has not been sent, so only the newest one may lack it.
std::string place_query(Offset head) {
    return fmt::format(
        R"(
    WITH released AS (SELECT no, last_offset FROM @schema@.batches ORDER BY no LIMIT 1),
    newest AS (
        SELECT batch.no, batch.snapshot, batch.sealed_ms, coalesce(batch.last_offset,
               batch.first_offset - 1 + (SELECT count(*) FROM {0} AS sealed)) AS last_offset
        FROM @schema@.batches AS batch LEFT JOIN @schema@.batches AS previous ON previous.no = batch.no - 1
        ORDER BY batch.no DESC LIMIT 1),
    clock AS (SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms)
    SELECT newest.sealed_ms, newest.last_offset, released.last_offset,
           (SELECT sealed_ms FROM @schema@.batches
            WHERE first_offset <= {2} AND no > released.no ORDER BY first_offset DESC LIMIT 1),
           (SELECT count(*) FROM (SELECT FROM {1} AS record LIMIT {3}) AS staged),
           (SELECT greatest(now_ms - sealed_ms, 0) FROM @schema@.batches
            WHERE no > released.no
              AND (first_offset > {2} OR last_offset > {2} OR (no = newest.no AND newest.last_offset > {2}))
            ORDER BY no LIMIT 1),
           (SELECT coalesce(max(last_offset), 0) FROM @schema@.consumers WHERE stream = @stream@)
    FROM newest, released, clock)",
        staged_between("previous.snapshot", "batch.snapshot"),
        staged_between("newest.snapshot", "pg_current_snapshot()"), head.value, LogPlace::unsealed_max);
}

std::uint64_t unsigned_in_row(const postgres::Result& result, int column) {
    return static_cast<std::uint64_t>(result.integer(0, column));
}

const std::string adopt_advice =
    "Either the database lost commits whose records were already sent, as in a failover to a replica that "
    "lagged, or another program writes to this log. The streamer stops until an operator decides which side "
    "is right. `contrail adopt` shows what taking over the log's state would mean, and changes nothing.";

Finding place_finding(const LogPlace& place) {
    const std::string check = "log.place";
    const std::string head = place.head.to_string();
    if (place.head.offset > place.sealed.offset)
        return error(check,
                     fmt::format("{}, ahead of the outbox, which has sealed no further than {}", head,
                                 place.sealed.to_string()),
                     "The log holds records that the outbox does not know. " + adopt_advice,
                     {"contrail adopt"});
    if (place.applied > place.sealed.offset)
        return error(
            check,
            fmt::format("{}; a consumer has applied offset {}, and the outbox has sealed no further than {}",
                        head, place.applied.value, place.sealed.to_string()),
            "Consumers have applied records that the outbox does not know. " + adopt_advice,
            {"contrail adopt"});
    if (place.head_sealed_ms && *place.head_sealed_ms != place.head.sealed_ms)
        return error(check,
                     fmt::format("{}, which the outbox sealed as {}", head,
                                 RecordId{*place.head_sealed_ms, place.head.offset}.to_string()),
                     "The log and the outbox hold different records. " + adopt_advice, {"contrail adopt"});
    if (place.head.offset < place.released)
        return warning(
            check,
            fmt::format("{}; the outbox holds records from offset {} on", head, place.released.next().value),
            "Redis lost records that the outbox has released. If every consumer is past them, the streamer "
            "continues the log after them. If not, it stops and names the consumers that need them.",
            {"contrail consumer list", "journalctl -u contrail-streamer -n 20"});
    if (place.sealed.offset == Offset{0}) return ok(check, "empty, like the outbox");
    if (place.head.offset == place.sealed.offset) return ok(check, head + ", the last record sealed");
    return ok(check, fmt::format("{}, {} before the last record sealed", head,
                                 count_text(place.sealed.offset.value - place.head.offset.value)));
}

}  // namespace

std::uint64_t LogPlace::waiting() const {
    const auto sealed_unsent =
        sealed.offset > head.offset ? sealed.offset.value - std::max(head.offset, released).value : 0;
    return sealed_unsent + unsealed;
}

LogPlace gather_log_place(Database& database, LogWriter& log) {
    LogPlace place{.head = log.head()};
    const auto result = read(database.connection, "compare the outbox with the log",
                             database.filled(place_query(place.head.offset)));
    require_batches(result, database);
    place.sealed = {unsigned_in_row(result, 0), Offset{unsigned_in_row(result, 1)}};
    place.released = Offset{unsigned_in_row(result, 2)};
    if (!result.is_null(0, 3)) place.head_sealed_ms = unsigned_in_row(result, 3);
    place.unsealed = unsigned_in_row(result, 4);
    if (!result.is_null(0, 5)) place.oldest_waiting_ms = unsigned_in_row(result, 5);
    place.applied = Offset{unsigned_in_row(result, 6)};
    return place;
}

Findings judge(const LogPlace& place) {
    return {place_finding(place)};
}

}  // namespace contrail::operations::doctor
