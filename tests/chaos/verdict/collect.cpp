#include "chaos/verdict/collect.hpp"

#include "contrail/error.hpp"
#include "postgres/connection.hpp"
#include "postgres/schema.hpp"
#include "warehouse/sqlite/statement.hpp"

namespace rocket_rides::chaos {

using contrail::postgres::Result;

namespace {

double number(const Result& result, int row, int column) {
    return std::stod(std::string(result.text(row, column)));
}

}  // namespace

void collect_from_postgres(const contrail::Settings& direct, Evidence& evidence) {
    const std::string schema = contrail::postgres::quoted_schema(direct.schema);
    contrail::postgres::Connection connection(direct.database_url, "chaos", {}, [](auto&) {});
    const auto query = [&](std::string_view statement, const std::vector<contrail::SqlValue>& values = {}) {
        return connection.run({.what = "collect the evidence"},
                              contrail::postgres::in_schema(statement, schema), values);
    };
    query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");

    const Result rides = query("SELECT id, distance FROM rides");
    for (int row = 0; row < rides.rows(); ++row)
        evidence.rides.emplace(rides.integer(row, 0), number(rides, row, 1));

    const Result staged = query("SELECT action, object, data FROM @schema@.staged_log_records");
    for (int row = 0; row < staged.rows(); ++row)
        evidence.staged.push_back({.id = {},
                                   .action = std::string(staged.text(row, 0)),
                                   .object = std::string(staged.text(row, 1)),
                                   .data = std::string(staged.text(row, 2))});

    const Result consumers = query(
        "SELECT name, last_id, total_distance FROM @schema@.checkpoints "
        "JOIN consumer_states ON name = consumer WHERE stream = $1 ORDER BY name",
        {direct.stream_name});
    for (int row = 0; row < consumers.rows(); ++row)
        evidence.consumers.push_back(
            {.name = std::string(consumers.text(row, 0)),
             .last_id = contrail::RecordId::parse(consumers.text(row, 1)).value_or(contrail::RecordId{}),
             .total_distance = number(consumers, row, 2)});
}

void collect_from_warehouse(const std::filesystem::path& file, Evidence& evidence) {
    sqlite::Database database(file, sqlite::Database::Mode::read_only);
    sqlite::Statement rides(database, "SELECT id, distance FROM rides");
    evidence.warehouse.emplace();
    for (rides.begin(); rides.step();) evidence.warehouse->emplace(rides.integer(0), rides.real(1));
}

}  // namespace rocket_rides::chaos
