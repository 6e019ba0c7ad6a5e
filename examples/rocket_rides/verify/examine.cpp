#include "verify/examine.hpp"

#include <algorithm>
#include <optional>

#include "contrail/error.hpp"
#include "contrail/redis.hpp"
#include "postgres/connection.hpp"
#include "postgres/schema.hpp"
#include "warehouse/ride_digest.hpp"

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

constexpr auto warehouses_of_stream = R"(
SELECT consumer, last_id, file FROM @schema@.checkpoints JOIN warehouses USING (consumer, stream)
WHERE stream = $1 ORDER BY consumer)";

double number(const Result& result, int row, int column) {
    return std::stod(std::string(result.text(row, column)));
}

contrail::RecordId record_id(std::string_view text) {
    const std::optional<contrail::RecordId> id = contrail::RecordId::parse(text);
    if (!id) throw contrail::Error(contrail::Retry::never, "Not a record id: " + std::string(text));
    return *id;
}

/// One moment of the database, for several queries. Ends with the connection.
class Snapshot {
public:
    explicit Snapshot(const contrail::Settings& settings)
        : schema_(contrail::postgres::quoted_schema(settings.schema)),
          connection_(settings.database_url, "verify", {}, [](Connection&) {}) {
        connection_.run(attempt, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    }

    Result query(std::string_view text, const std::vector<contrail::SqlValue>& values = {}) {
        return connection_.run(attempt, contrail::postgres::in_schema(text, schema_), values);
    }

private:
    static constexpr Attempt attempt{.what = "compare the rides with what consumers made of them"};

    std::string schema_;
    Connection connection_;
};

void examine_rides(Snapshot& snapshot, Report& report) {
    const Result sums = snapshot.query(rides_and_staged);
    report.rides.count = static_cast<std::uint64_t>(sums.integer(0, 0));
    report.rides.sum = number(sums, 0, 1);
    report.staged = {static_cast<std::uint64_t>(sums.integer(0, 2))};
}

void examine_consumers(Snapshot& snapshot, const std::string& stream, Report& report) {
    const Result consumers = snapshot.query(consumers_of_stream, {stream});
    for (int row = 0; row < consumers.rows(); ++row)
        report.consumers.push_back({.name = std::string(consumers.text(row, 0)),
                                    .last_id = record_id(consumers.text(row, 1)),
                                    .total_distance = number(consumers, row, 2)});
}

void read_file(Report::Warehouse& warehouse) {
    try {
        warehouse.contents = read_warehouse(warehouse.file);
    } catch (const contrail::Error& error) {
        warehouse.unreadable = error.what();
    }
}

void examine_warehouses(Snapshot& snapshot, const std::string& stream, Report& report) {
    const Result warehouses = snapshot.query(warehouses_of_stream, {stream});
    for (int row = 0; row < warehouses.rows(); ++row) {
        report.warehouses.push_back({.name = std::string(warehouses.text(row, 0)),
                                     .last_id = record_id(warehouses.text(row, 1)),
                                     .file = std::string(warehouses.text(row, 2)),
                                     .contents = {},
                                     .unreadable = {}});
        read_file(report.warehouses.back());
    }
    // It costs half a second for each million rides, and tells something only of those that are level.
    if (std::ranges::any_of(report.warehouses, [&](const auto& each) { return is_level(report, each.name); }))
        report.rides.digest = std::stoull(std::string(snapshot.query(rides_digest).text(0, 0)));
}

}  // namespace

Report examine(const contrail::Settings& settings) {
    Report report;
    Snapshot snapshot(settings);
    examine_rides(snapshot, report);
    examine_consumers(snapshot, settings.stream_name, report);
    examine_warehouses(snapshot, settings.stream_name, report);
    const contrail::LogUsage usage = contrail::redis_log(settings)->usage();
    report.log = {.head = usage.head, .records = usage.records};
    return report;
}

}  // namespace rocket_rides
