#include "operations/consumers/standing.hpp"

#include <string>

#include "postgres/schema.hpp"

namespace contrail {

namespace {

using std::chrono::milliseconds;

// The migration that brought the table of consumers.

constexpr auto may_see_checkpoints_text = "SELECT has_table_privilege('@schema@.checkpoints', 'SELECT')";

// Ages by the database's own clock.
constexpr std::string_view standings_text = R"(
    SELECT consumers.name, coalesce(checkpoints.last_id, consumers.last_id),
           floor(extract(epoch FROM clock_timestamp() - coalesce(updated_at, moved_at)) * 1000)::bigint,
           floor(extract(epoch FROM cut_off_at) * 1000)::bigint, missed_first_offset, missed_last_offset,
           checkpoints.last_id IS NOT NULL
    FROM @schema@.consumers LEFT JOIN )";
constexpr std::string_view of_consumer_text = R"(
         ON checkpoints.consumer = consumers.name AND checkpoints.stream = consumers.stream
    WHERE consumers.stream = @stream@)";

// To a user that may not see them (a streamer's), it is as if they were in another database.
constexpr std::string_view no_checkpoints_text =
    "(SELECT NULL AS consumer, NULL AS stream, NULL AS last_id, NULL::timestamptz AS updated_at) AS "
    "checkpoints";

std::string standings_query(bool may_see_checkpoints) {
    return std::string(standings_text)
        .append(may_see_checkpoints ? "@schema@.checkpoints" : no_checkpoints_text)
        .append(of_consumer_text);
}

std::uint64_t unsigned_at(const postgres::Result& result, int row, int column) {
    return static_cast<std::uint64_t>(result.integer(row, column));
}

RecordId record_id(std::string_view text) {
    const auto id = RecordId::parse(text);
    if (!id) throw Error(Retry::never, "Not a record id: " + std::string(text));
    return *id;
}

KnownConsumer known_in(const postgres::Result& result, int row) {
    ConsumerStanding standing{.name = ConsumerName(std::string(result.text(row, 0))),
                              .position = record_id(result.text(row, 1))};
    standing.moved_ago = milliseconds(std::max(result.integer(row, 2), std::int64_t{0}));
    if (!result.is_null(row, 3))
        standing.cut_off = CutOff{.first_missed = Offset{unsigned_at(result, row, 4)},
                                  .last_missed = Offset{unsigned_at(result, row, 5)},
                                  .at_ms = unsigned_at(result, row, 3)};
    return {standing, result.boolean(row, 6)};
}

void measure_lag(ConsumerStanding& standing, RecordId head) {
    if (head.offset <= standing.position.offset) return;
    standing.lag_records = head.offset.value - standing.position.offset.value;
    standing.lag.reset();
    if (standing.position.sealed_ms == 0) return;
    const std::uint64_t later = std::max(head.sealed_ms, standing.position.sealed_ms);
    standing.lag = milliseconds(later - standing.position.sealed_ms);
}

}  // namespace

std::string_view name(ConsumerState state) {
    switch (state) {
        case ConsumerState::active:
            return "active";
        case ConsumerState::stalled:
            return "stalled";
        case ConsumerState::cut_off:
            return "cut off";
    }
    return "";
}

ConsumerState ConsumerStanding::state() const {
    if (cut_off) return ConsumerState::cut_off;
    const bool still = moved_ago && *moved_ago > stalled_after;
    return lag_records > 0 && still ? ConsumerState::stalled : ConsumerState::active;
}

KnownConsumers known_consumers(Database& database) {
    postgres::require_schema(database.connection, database.quoted_schema);
    const bool may_see_checkpoints =
        read(database.connection, "find checkpoints", database.filled(may_see_checkpoints_text))
            .boolean(0, 0);
    const auto result = read(database.connection, "read the consumers",
                             database.filled(standings_query(may_see_checkpoints)));
    KnownConsumers known;
    for (int row = 0; row < result.rows(); ++row) {
        KnownConsumer one = known_in(result, row);
        known.emplace(one.standing.name, one);
    }
    return known;
}

std::vector<ConsumerStanding> consumer_standings(KnownConsumers known,
                                                 const std::map<ConsumerName, RecordId>& positions,
                                                 RecordId head) {
    for (const auto& [consumer, position] : positions) {
        const auto [at, is_new] = known.try_emplace(
            consumer, KnownConsumer{{.name = consumer, .position = position}, /*by_checkpoint=*/false});
        if (!is_new && !at->second.by_checkpoint) at->second.standing.position = position;
    }
    std::vector<ConsumerStanding> standings;
    for (auto& [consumer, one] : known) {
        measure_lag(one.standing, head);
        standings.push_back(std::move(one.standing));
    }
    return standings;
}

std::vector<ConsumerStanding> consumer_standings(Database& database, Log& log) {
    // The head is asked last: no position is past it.
    KnownConsumers known = known_consumers(database);
    const auto positions = log.positions();
    return consumer_standings(std::move(known), positions, log.head());
}

}  // namespace contrail
