#include "operations/doctor/log_place.hpp"

#include <fmt/format.h>

#include "operations/staged_between.hpp"
#include "operations/units.hpp"

namespace contrail::doctor {

namespace {

/// One row: time and offset of the last record sealed, the offset after which the outbox holds records, when
/// the record at `head` was sealed, how many records are staged after the last batch, two ages, and the
/// furthest offset that a consumer has applied.
std::string place_text(Offset head) {
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
           greatest(now_ms - newest.sealed_ms, 0),
           (SELECT greatest(now_ms - sealed_ms, 0) FROM @schema@.batches
            WHERE first_offset > {2} OR last_offset > {2} OR (no = newest.no AND newest.last_offset > {2})
            ORDER BY no LIMIT 1),
           (SELECT coalesce(max(last_offset), 0) FROM @schema@.consumers WHERE stream = @stream@)
    FROM newest, released, clock)",
        staged_between("previous.snapshot", "batch.snapshot"),
        staged_between("newest.snapshot", "pg_current_snapshot()"), head.value, LogPlace::unsealed_max);
}

std::uint64_t unsigned_at(const postgres::Result& result, int column) {
    return static_cast<std::uint64_t>(result.integer(0, column));
}

Finding place_finding(const LogPlace& place) {
    const std::string check = "log.place";
    const std::string head = place.head.to_string();
    const std::string adopt =
        " Either the database lost commits that had been sent (a failover to a replica that lagged), or "
        "something else writes to this log. The streamer stops. `contrail adopt` shows what taking over the "
        "log's head would mean.";
    if (place.head.offset > place.sealed.offset)
        return error(check,
                     head + ", ahead of the outbox, which sealed no more than " + place.sealed.to_string(),
                     "The log holds records that the outbox does not know." + adopt, {"contrail adopt"});
    if (place.applied > place.sealed.offset)
        return error(
            check,
            fmt::format("{}; a consumer has applied offset {}, and the outbox sealed no more than {}", head,
                        place.applied.value, place.sealed.to_string()),
            "Consumers have applied records that the outbox does not know." + adopt, {"contrail adopt"});
    if (place.head_sealed_ms && *place.head_sealed_ms != place.head.sealed_ms)
        return error(check,
                     fmt::format("{}, which the outbox sealed as {}", head,
                                 RecordId{*place.head_sealed_ms, place.head.offset}.to_string()),
                     "The log holds other records than the outbox." + adopt, {"contrail adopt"});
    if (place.head.offset < place.released)
        return warning(
            check,
            fmt::format("{}, and the outbox holds records from {} on", head, place.released.next().value),
            "Redis lost records that the outbox has let go of. Where every consumer is past them, "
            "the streamer starts the log anew after them; where one is not, it stops, and says so.",
            {"contrail consumer list", "journalctl -u contrail-streamer -n 20"});
    if (place.sealed.offset == Offset{0}) return ok(check, "empty, as the outbox is");
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

LogPlace gather_log_place(Database& database, Log& log) {
    LogPlace place{.head = log.head()};
    const auto result = read(database.connection, "find the records that wait",
                             database.filled(place_text(place.head.offset)));
    if (result.rows() == 0)
        throw Error(Retry::never,
                    "The table batches is empty: another program has deleted even the row before the first "
                    "batch. The outbox can tell nothing of what was sent.");
    place.sealed = {unsigned_at(result, 0), Offset{unsigned_at(result, 1)}};
    place.released = Offset{unsigned_at(result, 2)};
    if (!result.is_null(0, 3)) place.head_sealed_ms = unsigned_at(result, 3);
    place.unsealed = unsigned_at(result, 4);
    place.sealed_age_ms = unsigned_at(result, 5);
    if (!result.is_null(0, 6)) place.oldest_waiting_ms = unsigned_at(result, 6);
    place.applied = Offset{unsigned_at(result, 7)};
    return place;
}

Findings judge(const LogPlace& place) {
    return {place_finding(place)};
}

}  // namespace contrail::doctor
