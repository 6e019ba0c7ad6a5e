// The API behind a pooler that gives every transaction another session.

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "api_world.hpp"
#include "commands.hpp"
#include "integration/operations/pgbouncer.hpp"

namespace contrail::test {

TEST(ApiBehindAPooler, StoresChangesAndShowsRides) {
    const Pgbouncer pgbouncer("transaction");
    Settings settings = fresh_settings();
    rocket_rides::migrate(settings);
    AdminPostgres database(settings.database_url);
    settings.database_url = pgbouncer.url(settings.database_url);
    rocket_rides::Api::Options options;
    options.port = 0;
    rocket_rides::Api api(settings, options);
    const std::jthread thread([&api](const std::stop_token& stop) { api.run(stop); });
    HttpClient client(api.port());
    const auto ask = [&client](std::string_view method, std::string_view path, std::string_view form = {}) {
        client.send(http_request(method, path, "application/x-www-form-urlencoded", form));
        return client.receive();
    };
    // A second session of the pool: what one is told, the other does not know.
    AdminPostgres other(settings.database_url);
    other.run("BEGIN");
    EXPECT_EQ(client.post_ride(10).status, 201U);
    other.run("COMMIT");

    EXPECT_EQ(client.post_ride(0.1).status, 201U);
    EXPECT_EQ(ask("PATCH", "/rides/2?previous_distance=0.1", "distance=30").status, 200U);
    EXPECT_EQ(ask("PATCH", "/rides/2?previous_distance=0.1", "distance=40").status, 409U);
    EXPECT_EQ(ask("DELETE", "/rides/1").status, 200U);
    EXPECT_EQ(ask("DELETE", "/rides/1").status, 404U);
    EXPECT_EQ(client.get("/rides/2").status, 200U);
    EXPECT_EQ(database.value("SELECT array_agg(id || ':' || distance) FROM rides"), "{2:30}");
    EXPECT_EQ(database.value("SELECT string_agg(action, ' ' ORDER BY id) FROM contrail.staged_log_records"),
              "create create update delete");
}

}  // namespace contrail::test
