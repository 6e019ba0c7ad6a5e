#include "operations/consumers/progress.hpp"

#include <algorithm>
#include <sstream>
#include <string>

#include "postgres/schema.hpp"

namespace contrail::operations {

namespace {

using std::chrono::milliseconds;

constexpr auto may_see_checkpoints_text =
    "SELECT has_table_privilege($name$@schema@.checkpoints$name$, 'SELECT')";

// Ages by the database's own clock.
constexpr std::string_view progress_text = R"(
    SELECT consumers.name, coalesce(checkpoints.last_id, consumers.last_id),
           floor(extract(epoch FROM clock_timestamp() - coalesce(updated_at, moved_at)) * 1000)::bigint,
           floor(extract(epoch FROM cut_off_at) * 1000)::bigint, missed_first_offset, missed_last_offset,
           checkpoints.last_id IS NOT NULL, coalesce(owner_name, ''),
           floor(extract(epoch FROM clock_timestamp() - forgotten_at) * 1000)::bigint,
           coalesce(checkpoints.segments, '')
    FROM @schema@.consumers
         LEFT JOIN @schema@.forgotten_consumers AS forgotten
         ON forgotten.stream = consumers.stream AND forgotten.name = consumers.name
            AND forgotten.last_offset >= consumers.last_offset
         LEFT JOIN )";
constexpr std::string_view of_consumer_text = R"(
         ON checkpoints.consumer = consumers.name
    WHERE consumers.stream = @stream@)";

// The position of a consumer is that of its slowest segment.
constexpr std::string_view least_checkpoints_text = R"((
             SELECT consumer, (array_agg(last_id ORDER BY last_offset))[1] AS last_id,
                    (array_agg(updated_at ORDER BY last_offset))[1] AS updated_at,
                    string_agg(last_id, ' ' ORDER BY segment) AS segments
             FROM @schema@.checkpoints WHERE stream = @stream@ GROUP BY consumer) AS checkpoints)";

// For a user that may not read them, such as a streamer's, the checkpoints count as kept in another database.
constexpr std::string_view no_checkpoints_text =
    "(SELECT NULL AS consumer, NULL AS last_id, NULL::timestamptz AS updated_at, NULL AS segments) AS "
    "checkpoints";

std::string progress_query(bool may_see_checkpoints) {
    return std::string(progress_text)
        .append(may_see_checkpoints ? least_checkpoints_text : no_checkpoints_text)
        .append(of_consumer_text);
}

std::uint64_t unsigned_at(const postgres::Result& result, int row, int column) {
    return static_cast<std::uint64_t>(result.integer(row, column));
}

RecordId record_id(std::string_view text) {
    const auto id = RecordId::parse(text);
    if (!id)
        throw Error(Retry::never,
                    "The database holds \"" + std::string(text) +
                        "\" as the position of a consumer, which is not a record id. Correct the "
                        "tables consumers and checkpoints.");
    return *id;
}

KnownConsumer known_in(const postgres::Result& result, int row) {
    ConsumerProgress progress{.name = ConsumerName(std::string(result.text(row, 0))),
                              .position = record_id(result.text(row, 1))};
    progress.moved_ago = milliseconds(std::max(result.integer(row, 2), std::int64_t{0}));
    // An operator may have reset the consumer to a later place, and retention has yet to take the mark away.
    if (!result.is_null(row, 3) && unsigned_at(result, row, 5) > progress.position.offset.value)
        progress.cut_off = CutOff{.first_missed = Offset{unsigned_at(result, row, 4)},
                                  .last_missed = Offset{unsigned_at(result, row, 5)},
                                  .at_ms = unsigned_at(result, row, 3)};
    progress.owner = result.text(row, 7);
    if (!result.is_null(row, 8))
        progress.forgotten_ago = milliseconds(std::max(result.integer(row, 8), std::int64_t{0}));
    std::istringstream segments{std::string(result.text(row, 9))};
    for (std::string place; segments >> place;) progress.segments.push_back(record_id(place));
    return {progress, result.boolean(row, 6)};
}

}  // namespace

Lag lag_of(RecordId place, RecordId head) {
    if (head.offset <= place.offset) return {};
    Lag lag{.records = head.offset.value - place.offset.value, .time = std::nullopt};
    if (place.sealed_ms != 0)
        lag.time = milliseconds(std::max(head.sealed_ms, place.sealed_ms) - place.sealed_ms);
    return lag;
}

ProgramState ConsumerProgress::state() const {
    if (cut_off) return ProgramState::cut_off;
    if (lag_records == 0) return ProgramState::idle;
    return moved_ago && *moved_ago > stalled_after ? ProgramState::stalled : ProgramState::consuming;
}

KnownConsumers known_consumers(Database& database) {
    const bool may_see_checkpoints = read(database.connection, "check the right to read checkpoints",
                                          database.filled(may_see_checkpoints_text))
                                         .boolean(0, 0);
    const auto result =
        read(database.connection, "read the consumers", database.filled(progress_query(may_see_checkpoints)));
    KnownConsumers known;
    for (int row = 0; row < result.rows(); ++row) {
        KnownConsumer one = known_in(result, row);
        known.emplace(one.progress.name, one);
    }
    return known;
}

std::vector<ConsumerProgress> consumer_progress(KnownConsumers known,
                                                const std::map<ConsumerName, RecordId>& positions,
                                                RecordId head) {
    for (const auto& [consumer, position] : positions) {
        const auto [at, is_new] = known.try_emplace(
            consumer, KnownConsumer{{.name = consumer, .position = position}, /*by_checkpoint=*/false});
        if (!is_new && !at->second.by_checkpoint) at->second.progress.position = position;
    }
    std::vector<ConsumerProgress> all;
    for (auto& [consumer, one] : known) {
        const Lag lag = lag_of(one.progress.position, head);
        one.progress.lag_records = lag.records;
        one.progress.lag = lag.time;
        all.push_back(std::move(one.progress));
    }
    return all;
}

std::vector<ConsumerProgress> consumer_progress(Database& database, Log& log) {
    postgres::require_schema(database.connection, database.quoted_schema);
    // The head is read last, so that no position is past it.
    KnownConsumers known = known_consumers(database);
    const auto positions = log.reports().positions;
    return consumer_progress(std::move(known), positions, log.head());
}

}  // namespace contrail::operations
