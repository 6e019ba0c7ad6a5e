#include "verify/examine.hpp"

#include <algorithm>
#include <optional>

#include "contrail/error.hpp"
#include "contrail/redis.hpp"
#include "postgres/schema.hpp"
#include "warehouse/ride_digest.hpp"

namespace rocket_rides {

namespace {

using contrail::postgres::Attempt;
using contrail::postgres::Connection;
using contrail::postgres::Result;

constexpr auto sum_of_rides = "SELECT count(*), coalesce(sum(distance), 0) FROM rides";

// The newest record staged: what the last batch of known length ends with, and all that became visible
// since, sealed or not.
constexpr auto newest_staged = R"(
SELECT last_offset + (SELECT count(*) FROM @schema@.records_between(snapshot, pg_current_snapshot()))
FROM @schema@.batches WHERE last_offset IS NOT NULL ORDER BY no DESC LIMIT 1)";

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

void read_file(Report::Warehouse& warehouse) {
    try {
        warehouse.contents = read_warehouse(warehouse.file);
    } catch (const contrail::Error& error) {
        warehouse.unreadable = error.what();
    }
}

}  // namespace

Examiner::Examiner(const contrail::Settings& settings)
    : schema_(contrail::postgres::quoted_schema(settings.schema)),
      stream_name_(settings.stream_name),
      connection_(settings.database_url, "verify", {}, [](Connection&) {}),
      log_(contrail::redis_log(settings)) {}

template <class Queries>
void Examiner::in_one_moment(Queries queries) {
    try {
        query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        queries();
        query("COMMIT");
    } catch (...) {
        connection_.close();  // or the next report would be of this moment
        throw;
    }
}

Report Examiner::examine() {
    Report report;
    in_one_moment([&] {
        query_rides(report);
        query_consumers(report);
        query_warehouses(report);
    });
    const contrail::LogUsage usage = log_->usage();
    report.log = {.head = usage.head, .records = usage.records};
    return report;
}

Report Examiner::examine_consumers() {
    Report report;
    in_one_moment([&] { query_consumers(report); });
    report.log.head = log_->head();
    return report;
}

Result Examiner::query(std::string_view text, const std::vector<contrail::SqlValue>& values) {
    static constexpr Attempt attempt{.what = "compare the rides with what consumers made of them"};
    return connection_.run(attempt, contrail::postgres::in_schema(text, schema_), values);
}

void Examiner::query_rides(Report& report) {
    const Result sums = query(sum_of_rides);
    report.rides.count = static_cast<std::uint64_t>(sums.integer(0, 0));
    report.rides.sum = number(sums, 0, 1);
}

void Examiner::query_consumers(Report& report) {
    report.staged = {static_cast<std::uint64_t>(query(newest_staged).integer(0, 0))};
    const Result consumers = query(consumers_of_stream, {stream_name_});
    for (int row = 0; row < consumers.rows(); ++row)
        report.consumers.push_back({.name = std::string(consumers.text(row, 0)),
                                    .last_id = record_id(consumers.text(row, 1)),
                                    .total_distance = number(consumers, row, 2)});
}

void Examiner::query_warehouses(Report& report) {
    const Result warehouses = query(warehouses_of_stream, {stream_name_});
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
        report.rides.digest = std::stoull(std::string(query(rides_digest).text(0, 0)));
}

Report examine(const contrail::Settings& settings) {
    return Examiner(settings).examine();
}

}  // namespace rocket_rides
