#include "migrate.hpp"

#include <string>

#include "postgres/connection.hpp"
#include "postgres/migrations.hpp"
#include "rocket_rides_core_embedded.hpp"

namespace rocket_rides {

namespace {

// Any number that nobody else is likely to lock: the bytes of "rockets" as a big-endian integer. CREATE TABLE
// IF NOT EXISTS fails if two run it at once.
constexpr auto in_turn = "SELECT pg_advisory_xact_lock(32210620139271283);\n";

}  // namespace

void migrate(const contrail::Settings& settings) {
    contrail::postgres::migrate(settings);
    contrail::postgres::Connection connection(settings.database_url, "migrate", {}, [](auto&) {});
    connection.run({.what = "make Rocket Rides' tables"}, in_turn + std::string(embedded_files.front().text));
}

}  // namespace rocket_rides
