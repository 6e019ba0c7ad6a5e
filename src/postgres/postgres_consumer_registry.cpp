#include "postgres/postgres_consumer_registry.hpp"

#include <utility>

#include "postgres/schema.hpp"
#include "postgres/utf8.hpp"

namespace contrail::postgres {

namespace {

constexpr auto list_text = R"(
    SELECT name, last_id, missed_first_offset, missed_last_offset, (extract(epoch FROM cut_off_at) * 1000)::bigint,
           owner_id, owner_name
    FROM @schema@.consumers WHERE stream = $1 ORDER BY name)";

// Runs once a second, and mostly with no news: then it writes and commits nothing. ORDER BY name, because two
// sessions that lock rows in different orders could deadlock. A consumer whose checkpoint is in this database is not
// past it, whatever stands beside the log: every user that may report may set any position there.
constexpr auto note_text = R"(
    INSERT INTO @schema@.consumers AS known (stream, name, last_id, owner_id, owner_name)
    SELECT $1, reported.name, reported.last_id, nullif(reported.owner_id, ''), nullif(reported.owner_name, '')
    FROM (SELECT told.name, coalesce(committed.last_offset, told.last_offset) AS last_offset,
                 coalesce(committed.last_id, told.last_id) AS last_id, owner_id, owner_name, moved_from
          FROM unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[])
               AS told (name, last_offset, last_id, owner_id, owner_name, moved_from)
          LEFT JOIN LATERAL (
              SELECT last_offset, last_id FROM @schema@.checkpoints AS checkpoint
              WHERE checkpoint.consumer = told.name AND checkpoint.stream = $1 AND (
                  SELECT id FROM @schema@.owner()) = coalesce(nullif(told.owner_id, ''), (
                      SELECT known.owner_id FROM @schema@.consumers AS known
                      WHERE known.stream = $1 AND known.name = told.name))
              ORDER BY last_offset LIMIT 1) AS committed ON committed.last_offset < told.last_offset) AS reported
    WHERE NOT EXISTS (
        SELECT FROM @schema@.consumers AS known
        WHERE known.stream = $1 AND known.name = reported.name
          AND ((known.last_id = reported.last_id
                AND (reported.owner_id = '' OR known.owner_id IS NOT DISTINCT FROM reported.owner_id))
               OR (reported.owner_id <> '' AND known.owner_id NOT IN (reported.owner_id, reported.moved_from))
               OR (coalesce(known.owner_id <> nullif(reported.moved_from, ''), true)
                   AND reported.last_offset < known.last_offset
                   AND reported.last_offset < (SELECT last_offset FROM @schema@.batches ORDER BY no LIMIT 1))))
    ORDER BY reported.name
    ON CONFLICT (stream, name) DO UPDATE
    SET last_id = excluded.last_id,
        moved_at = CASE WHEN known.last_id = excluded.last_id THEN known.moved_at ELSE now() END,
        owner_id = coalesce(excluded.owner_id, known.owner_id),
        owner_name = coalesce(excluded.owner_name, known.owner_name),
        (cut_off_at, missed_first_offset, missed_last_offset) = (
            SELECT known.cut_off_at, known.missed_first_offset, known.missed_last_offset
            WHERE known.missed_last_offset > excluded.last_offset))";

constexpr auto mark_cut_off_text = R"(
    WITH known AS (
        SELECT cut_off_at FROM @schema@.consumers WHERE stream = $1 AND name = $2 FOR UPDATE
    )
    UPDATE @schema@.consumers
    SET missed_first_offset = least(missed_first_offset, $3), missed_last_offset = greatest(missed_last_offset, $4),
        cut_off_at = to_timestamp($5::bigint / 1000.0)
    FROM known WHERE stream = $1 AND name = $2 AND last_offset < $4
    RETURNING known.cut_off_at IS NULL)";

constexpr auto forget_text = R"(
    WITH gone AS (
        DELETE FROM @schema@.consumers WHERE stream = $1 AND name = $2 RETURNING stream, name, last_id
    )
    INSERT INTO @schema@.forgotten_consumers (stream, name, last_id) SELECT stream, name, last_id FROM gone
    ON CONFLICT (stream, name) DO UPDATE SET last_id = excluded.last_id, forgotten_at = now()
    RETURNING name)";

/// Enough of a database's name. Another program may have written anything beside the log.
constexpr std::size_t owner_name_characters_max = 500;

Offset offset_from(const Result& result, int row, int column) {
    return {static_cast<std::uint64_t>(result.integer(row, column))};
}

RegisteredConsumer consumer_from(const Result& result, int row) {
    // The table's CHECKs admit no other form.
    RegisteredConsumer consumer{.name = ConsumerName(std::string(result.text(row, 0))),
                                .position = RecordId::parse(result.text(row, 1)).value()};
    if (!result.is_null(row, 5))
        consumer.owner = {.id = std::string(result.text(row, 5)), .name = std::string(result.text(row, 6))};
    if (result.is_null(row, 2)) return consumer;
    consumer.cut_off = CutOff{.first_missed = offset_from(result, row, 2),
                              .last_missed = offset_from(result, row, 3),
                              .at_ms = static_cast<std::uint64_t>(result.integer(row, 4))};
    return consumer;
}

std::string number(Offset offset) {
    return std::to_string(offset.value);
}

/// An array in Postgres's text form.
class Array {
public:
    void add(std::string_view element) {
        text_ += text_.size() == 1 ? "\"" : ",\"";
        for (const char c : element) text_.append(c == '"' || c == '\\' ? "\\" : "").append(1, c);
        text_ += '"';
    }
    [[nodiscard]] std::string text() const { return text_ + '}'; }

private:
    std::string text_ = "{";
};

}  // namespace

PostgresConsumerRegistry::PostgresConsumerRegistry(Connection& connection, std::string_view quoted_schema,
                                                   std::string stream)
    : connection_(connection),
      stream_(std::move(stream)),
      list_{"consumers", {"list the registered consumers"}, in_schema(list_text, quoted_schema)},
      note_{"note", {"store the positions of consumers"}, in_schema(note_text, quoted_schema)},
      mark_cut_off_{"cut off", {"mark a consumer as cut off"}, in_schema(mark_cut_off_text, quoted_schema)},
      forget_{"forget", {"forget a consumer"}, in_schema(forget_text, quoted_schema)} {}

std::vector<RegisteredConsumer> PostgresConsumerRegistry::consumers() {
    const Result result = connection_.execute(list_, {stream_});
    std::vector<RegisteredConsumer> all;
    all.reserve(static_cast<std::size_t>(result.rows()));
    for (int row = 0; row < result.rows(); ++row) all.push_back(consumer_from(result, row));
    return all;
}

std::vector<RegisteredConsumer> PostgresConsumerRegistry::note(
    const std::map<ConsumerName, ConsumerReport>& reported) {
    Array names;
    Array offsets;
    Array ids;
    Array owner_ids;
    Array owner_names;
    Array moved_from;
    for (const auto& [name, report] : reported) {
        const RecordId position = report.position;
        if (!std::in_range<std::int64_t>(position.offset.value)) {
            throw Error(Retry::never, "Cannot store the position of consumer " + name.str() +
                                          ": it reported " + position.to_string() +
                                          ", which is no record's id. If this consumer does not exist, "
                                          "run: contrail consumer forget " +
                                          name.str());
        }
        names.add(name.str());
        offsets.add(number(position.offset));
        ids.add(position.to_string());
        owner_ids.add(report.owner.owner.id);
        owner_names.add(utf8_text(report.owner.owner.name, owner_name_characters_max));
        moved_from.add(report.owner.moved_from);
    }
    if (!reported.empty())
        connection_.execute(note_, {stream_, names.text(), offsets.text(), ids.text(), owner_ids.text(),
                                    owner_names.text(), moved_from.text()});
    return consumers();
}

bool PostgresConsumerRegistry::mark_cut_off(const ConsumerName& consumer, const CutOff& cut_off) {
    const Result result =
        connection_.execute(mark_cut_off_, {stream_, consumer.str(), number(cut_off.first_missed),
                                            number(cut_off.last_missed), std::to_string(cut_off.at_ms)});
    return result.rows() == 1 && result.boolean(0, 0);
}

bool PostgresConsumerRegistry::forget(const ConsumerName& consumer) {
    return connection_.execute(forget_, {stream_, consumer.str()}).rows() == 1;
}

}  // namespace contrail::postgres
