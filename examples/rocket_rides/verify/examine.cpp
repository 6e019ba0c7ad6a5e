#include "verify/examine.hpp"

#include <optional>

#include "contrail/error.hpp"
#include "contrail/redis.hpp"
#include "postgres/connection.hpp"
#include "postgres/schema.hpp"

namespace rocket_rides {

namespace {

using contrail::postgres::Attempt;
using contrail::postgres::Connection;
using contrail::postgres::Result;

// The newest record staged: what the last batch of known length ends with, and all that became visible
// since, sealed or not.
constexpr auto rides_and_staged = R"(
SELECT (SELECT count(*) FROM rides),
       (SELECT coalesce(sum(distance), 0) FROM rides),
       (SELECT last_offset + (SELECT count(*) FROM @schema@.records_between(snapshot, pg_current_snapshot()))
        FROM @schema@.batches WHERE last_offset IS NOT NULL ORDER BY no DESC LIMIT 1))";

constexpr auto consumers_of_stream = R"(
SELECT consumer, last_id, total_distance
FROM @schema@.checkpoints JOIN consumer_states ON consumer_states.name = checkpoints.consumer
WHERE stream = $1 ORDER BY consumer)";

double number(const Result& result, int row, int column) {
    return std::stod(std::string(result.text(row, column)));
}

contrail::RecordId record_id(std::string_view text) {
    const std::optional<contrail::RecordId> id = contrail::RecordId::parse(text);
    if (!id) throw contrail::Error(contrail::Retry::never, "Not a record id: " + std::string(text));
    return *id;
}

void examine_database(const contrail::Settings& settings, Report& report) {
    const std::string schema = contrail::postgres::quoted_schema(settings.schema);
    const Attempt attempt{.what = "compare the rides with the consumers' totals"};
    Connection connection(settings.database_url, "verify", {}, [](Connection&) {});
    // One snapshot for both queries. Ends with the connection.
    connection.run(attempt, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");

    const Result sums = connection.run(attempt, contrail::postgres::in_schema(rides_and_staged, schema));
    report.rides.count = static_cast<std::uint64_t>(sums.integer(0, 0));
    report.rides.sum = number(sums, 0, 1);
    report.staged = {static_cast<std::uint64_t>(sums.integer(0, 2))};

    const Result consumers = connection.run(
        attempt, contrail::postgres::in_schema(consumers_of_stream, schema), {settings.stream_name});
    for (int row = 0; row < consumers.rows(); ++row)
        report.consumers.push_back({.name = std::string(consumers.text(row, 0)),
                                    .last_id = record_id(consumers.text(row, 1)),
                                    .total_distance = number(consumers, row, 2)});
}

}  // namespace

Report examine(const contrail::Settings& settings) {
    Report report;
    examine_database(settings, report);
    const contrail::LogUsage usage = contrail::redis_log(settings)->usage();
    report.log = {.head = usage.head, .records = usage.records};
    return report;
}

}  // namespace rocket_rides
