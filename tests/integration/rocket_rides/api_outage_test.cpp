// While Postgres is away: no client waits, nothing is stored, and all goes on when it is back.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "api_world.hpp"
#include "commands.hpp"
#include "contrail/error.hpp"
#include "servers/temporary_directory.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

namespace {

/// A server that a test may stop.
class ApiOutage : public ::testing::Test {
protected:
    ApiOutage() {
        settings.database_url = postgres.url();
        rocket_rides::migrate(settings);
    }

    /// Asks until the answer has this status.
    static void expect_soon(ApiWorld& world, const std::string& path, unsigned status) {
        HttpClient client = world.client();
        wait_until(path + " answers " + std::to_string(status),
                   [&] { return client.get(path).status == status; });
    }

    servers::TemporaryDirectory directory;
    servers::PrivatePostgres postgres{{.data_dir = directory.path() / "postgres", .durable = false}};
    Settings settings;
};

}  // namespace

TEST_F(ApiOutage, IsToldToEveryoneAtOnceAndEnds) {
    ApiWorld world(settings);
    HttpClient client = world.client();
    EXPECT_EQ(client.post_ride(1).status, 201U);

    postgres.stop();
    expect_soon(world, "/healthz", 503);
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; i < 100; ++i) {
        const auto answer = client.post_ride(2);
        EXPECT_EQ(answer.status, 503U);
        EXPECT_THAT(answer.headers, HasSubstr("Retry-After: 1\r\n"));
        EXPECT_THAT(answer.body, Not(HasSubstr("in_doubt")));
    }
    // None waits for a server that does not come: a second for each would be more.
    EXPECT_LT(std::chrono::steady_clock::now() - began, 90s);
    EXPECT_EQ(client.get("/rides/1").status, 503U);

    postgres.start();
    expect_soon(world, "/healthz", 200);
    EXPECT_EQ(client.post_ride(3).status, 201U);
    AdminPostgres database(settings.database_url);
    EXPECT_EQ(database.value("SELECT array_agg(distance ORDER BY id) FROM rides"), "{1,3}");
}

TEST_F(ApiOutage, IsNoticedBeforeTheNextRideInAQuietTime) {
    ApiWorld world(settings);
    postgres.stop();
    postgres.start();
    expect_soon(world, "/healthz", 200);
    EXPECT_EQ(world.client().post_ride(1).status, 201U);
}

TEST_F(ApiOutage, AtTheStartIsWaitedOut) {
    postgres.stop();
    rocket_rides::Api::Options options;
    options.port = 0;
    rocket_rides::Api api(settings, options);
    std::jthread thread([&api](const std::stop_token& stop) { api.run(stop); });
    HttpClient client(api.port());
    EXPECT_EQ(client.post_ride(1).status, 503U);

    postgres.start();
    wait_until("the API stores a ride", [&] { return client.post_ride(1).status == 201U; });
}

TEST(ApiStart, IsRefusedWhereAPersonHasToAct) {
    Settings settings;
    settings.database_url = fresh_database();
    try {
        rocket_rides::Api api(settings, {});
        FAIL() << "a database without Contrail's schema";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
        EXPECT_THAT(error.what(), HasSubstr("migrate"));
    }
}

}  // namespace contrail::test
