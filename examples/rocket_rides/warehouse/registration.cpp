#include "warehouse/registration.hpp"

#include "postgres/connection.hpp"
#include "postgres/schema.hpp"

namespace rocket_rides {

namespace {

using contrail::postgres::Connection;

constexpr auto look_up = R"(
SELECT (SELECT last_id FROM @schema@.checkpoints WHERE consumer = $1 AND stream = $2),
       (SELECT warehouse FROM warehouses WHERE consumer = $1 AND stream = $2))";

constexpr auto note = R"(
INSERT INTO warehouses (consumer, stream, file, warehouse) VALUES ($1, $2, $3, $4)
ON CONFLICT (consumer, stream) DO UPDATE SET file = excluded.file, warehouse = excluded.warehouse)";

Connection connect(const contrail::Settings& settings) {
    return {settings.database_url, "warehouse", {}, [](Connection&) {}};
}

}  // namespace

Registration registration_of(const contrail::Settings& settings, const std::string& consumer) {
    const auto schema = contrail::postgres::quoted_schema(settings.schema);
    const auto found = connect(settings).run({.what = "look up the warehouse"},
                                             contrail::postgres::in_schema(look_up, schema),
                                             {consumer, settings.stream_name});
    return {.checkpoint = contrail::RecordId::parse(found.text(0, 0)).value_or(contrail::RecordId{}),
            .warehouse = std::string(found.text(0, 1))};
}

void register_warehouse(const contrail::Settings& settings, const std::string& consumer,
                        const std::filesystem::path& file, const std::string& warehouse) {
    connect(settings).run({.what = "register the warehouse"}, note,
                          {consumer, settings.stream_name, file.string(), warehouse});
}

}  // namespace rocket_rides
