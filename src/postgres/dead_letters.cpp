#include "postgres/dead_letters.hpp"

#include "postgres/connection.hpp"
#include "postgres/schema.hpp"

namespace contrail::postgres {

namespace {

// A null $2 or $3 selects all.
constexpr auto chosen =
    " WHERE stream = $1 AND ($2::text IS NULL OR consumer = $2) "
    "AND ($3::text IS NULL OR record_id = $3)";

constexpr auto select_text =
    "SELECT consumer, record_id, action, object, data, key, headers, error, attempts, "
    "round(extract(epoch FROM first_refused_at) * 1000)::bigint, "
    "round(extract(epoch FROM parked_at) * 1000)::bigint, "
    "round(extract(epoch FROM marked_at) * 1000)::bigint FROM @schema@.dead_letters";

std::uint64_t unsigned_in(const Result& result, int row, int column) {
    return static_cast<std::uint64_t>(result.integer(row, column));
}

ParkedRecord parked_record(const Result& result, int row) {
    const auto text = [&](int column) { return std::string(result.text(row, column)); };
    const auto optional_text = [&](int column) { return SqlValue(result.optional_text(row, column)); };
    ParkedRecord parked{.consumer = text(0),
                        .letter = {.record = {RecordId::parse(text(1)).value_or(RecordId{}), text(2), text(3),
                                              text(4), optional_text(5), optional_text(6)},
                                   .error = text(7),
                                   .attempts = static_cast<std::uint32_t>(result.integer(row, 8)),
                                   .first_refused_ms = unsigned_in(result, row, 9)},
                        .parked_ms = unsigned_in(result, row, 10)};
    if (!result.is_null(row, 11)) parked.marked_ms = unsigned_in(result, row, 11);
    return parked;
}

}  // namespace

DeadLetters::DeadLetters(const Settings& settings)
    : quoted_schema_(quoted_schema(settings.schema)),
      stream_(settings.stream_name),
      connection_(std::make_unique<Connection>(
          settings.database_url, "dead-letters", Waits{},
          [this](Connection& connection) { require_schema(connection, quoted_schema_); })) {}

DeadLetters::~DeadLetters() = default;

std::uint64_t DeadLetters::count(const std::optional<ConsumerName>& consumer) {
    const Result result = run("count parked records",
                              std::string("SELECT count(*) FROM @schema@.dead_letters") + chosen, consumer);
    return unsigned_in(result, 0, 0);
}

std::vector<ParkedRecord> DeadLetters::list(const std::optional<ConsumerName>& consumer,
                                            std::uint64_t records_max) {
    const Result result =
        run("list parked records",
            select_text + std::string(chosen) + " ORDER BY consumer, record_offset, record_id LIMIT " +
                std::to_string(records_max),
            consumer);
    std::vector<ParkedRecord> records;
    records.reserve(static_cast<std::size_t>(result.rows()));
    for (int row = 0; row < result.rows(); ++row) records.push_back(parked_record(result, row));
    return records;
}

std::optional<ParkedRecord> DeadLetters::find(const ConsumerName& consumer, RecordId id) {
    const Result result = run("read a parked record", select_text + std::string(chosen), consumer, id);
    return result.rows() == 0 ? std::nullopt : std::optional(parked_record(result, 0));
}

std::uint64_t DeadLetters::mark(const ConsumerName& consumer, const std::optional<RecordId>& id) {
    const Result result =
        run("mark parked records",
            std::string("WITH marked AS (UPDATE @schema@.dead_letters SET marked_at = now()") + chosen +
                " RETURNING 1) SELECT count(*) FROM marked",
            consumer, id);
    return unsigned_in(result, 0, 0);
}

std::uint64_t DeadLetters::discard(const ConsumerName& consumer, const std::optional<RecordId>& id) {
    const Result result = run("discard parked records",
                              std::string("WITH discarded AS (DELETE FROM @schema@.dead_letters") + chosen +
                                  " RETURNING 1) SELECT count(*) FROM discarded",
                              consumer, id);
    return unsigned_in(result, 0, 0);
}

Result DeadLetters::run(std::string_view what, std::string_view text,
                        const std::optional<ConsumerName>& consumer, const std::optional<RecordId>& id) {
    return connection_->run({what}, in_schema(text, quoted_schema_),
                            {stream_, consumer ? SqlValue(consumer->str()) : std::nullopt,
                             id ? SqlValue(id->to_string()) : std::nullopt});
}

}  // namespace contrail::postgres
