#include "postgres/postgres_consumer_segments.hpp"

#include <sstream>

#include "contrail/postgres.hpp"
#include "postgres/checkpoint_key.hpp"
#include "postgres/confirm_commits.hpp"
#include "postgres/errors.hpp"
#include "postgres/row_security.hpp"
#include "postgres/schema.hpp"

namespace contrail {

std::unique_ptr<ConsumerSegments> postgres_consumer_segments(const Settings& settings) {
    return std::make_unique<postgres::PostgresConsumerSegments>(settings);
}

namespace postgres {

namespace {

// An instance that ended without a word stays in its table until another one claims.
constexpr auto places_text = R"(
    SELECT segment, segments, last_id, ahead_segment, ahead_id,
           (SELECT min(worker.instance) FROM @schema@.consumer_instances AS worker
            WHERE worker.consumer = checkpoint.consumer AND worker.stream = checkpoint.stream
              AND checkpoint.segment = ANY (worker.segments) AND worker.seen_at > clock_timestamp() - interval '3 s')
    FROM @schema@.checkpoints AS checkpoint WHERE consumer = $1 AND stream = $2 ORDER BY segment)";

constexpr auto claim_text = R"(
    SELECT coalesce((SELECT max(segments) FROM @schema@.checkpoints WHERE consumer = $1 AND stream = $2), 0),
           array_to_string(@schema@.claim_segments($1, $2, $3, $4), ' '))";

constexpr auto release_text = "SELECT @schema@.release_segments($1, $2, $3)";

constexpr auto split_text = "SELECT @schema@.split_segments($1, $2, $3)";
constexpr auto merge_text = "SELECT @schema@.merge_segments($1, $2, $3)";
constexpr auto reset_text = "SELECT @schema@.reset_segments($1, $2, $3, $4)";

}  // namespace

PostgresConsumerSegments::PostgresConsumerSegments(const Settings& settings, const Waits& waits)
    : quoted_schema_(quoted_schema(settings.schema)),
      stream_(settings.stream_name),
      connection_(settings.database_url, "consumer segments", waits, [this](Connection& connection) {
          require_schema(connection, quoted_schema_);
          require_whole_tables(connection, quoted_schema_);
          confirm_commits(connection);
      }) {}

std::vector<SegmentPlace> PostgresConsumerSegments::places(const ConsumerName& consumer) {
    connection_.open();
    const Result found = connection_.run({.what = "read a consumer's segments"},
                                         in_schema(places_text, quoted_schema_), {consumer.str(), stream_});
    const CheckpointKey key{quoted_schema_, consumer.str(), stream_};
    std::vector<SegmentPlace> places;
    for (int row = 0; row < found.rows(); ++row) {
        const auto number = [&](int column) {
            return static_cast<std::uint32_t>(found.integer(row, column));
        };
        const auto id = [&](int column) {
            return record_id(key, connection_.native(), "checkpoints", found.text(row, column));
        };
        SegmentPlace& place =
            places.emplace_back(SegmentPlace{.segment = {number(0), number(1)}, .checkpoint = id(2)});
        if (!found.is_null(row, 5)) place.instance = found.text(row, 5);
        if (!found.is_null(row, 3))
            place.ahead = {.half = {number(3), 2 * place.segment.count}, .applied_to = id(4)};
    }
    return places;
}

void PostgresConsumerSegments::split(const ConsumerName& consumer, std::uint32_t count) {
    change({.what = "split a consumer's segments", .effect = Effect::commit}, split_text,
           {consumer.str(), stream_, std::to_string(count)});
}

void PostgresConsumerSegments::merge(const ConsumerName& consumer, std::uint32_t count) {
    change({.what = "merge a consumer's segments", .effect = Effect::commit}, merge_text,
           {consumer.str(), stream_, std::to_string(count)});
}

bool PostgresConsumerSegments::reset(const ConsumerName& consumer, const std::vector<SegmentPlace>& from,
                                     RecordId to) {
    std::string ids;  // An array's text: an id has no character that means something there.
    for (const SegmentPlace& place : from) ids += (ids.empty() ? "{" : ",") + place.checkpoint.to_string();
    return change({.what = "reset a consumer's segments", .effect = Effect::commit}, reset_text,
                  {consumer.str(), stream_, ids + '}', to.to_string()})
        .boolean(0, 0);
}

ClaimedSegments PostgresConsumerSegments::claim(const ConsumerName& consumer, const std::string& instance,
                                                std::uint32_t workers_max) {
    connection_.open();
    const Result claimed =
        connection_.run({.what = "claim a consumer's segments"}, in_schema(claim_text, quoted_schema_),
                        {consumer.str(), stream_, instance, std::to_string(workers_max)});
    ClaimedSegments claims{.count = static_cast<std::uint32_t>(claimed.integer(0, 0)), .numbers = {}};
    std::istringstream numbers(std::string(claimed.text(0, 1)));
    for (std::uint32_t number = 0; numbers >> number;) claims.numbers.push_back(number);
    return claims;
}

void PostgresConsumerSegments::release(const ConsumerName& consumer, const std::string& instance) {
    connection_.open();
    connection_.run({.what = "release a consumer's segments"}, in_schema(release_text, quoted_schema_),
                    {consumer.str(), stream_, instance});
}

Result PostgresConsumerSegments::change(const Attempt& attempt, std::string_view text,
                                        const std::vector<SqlValue>& values) {
    connection_.open();
    try {
        return connection_.run(attempt, in_schema(text, quoted_schema_), values);
    } catch (const StatementError& error) {
        if (error.sqlstate() == "55000") throw SegmentsChanged(error.what());
        if (error.sqlstate() == "55006") throw Error(Retry::call, error.what());
        throw;
    }
}

}  // namespace postgres

}  // namespace contrail
