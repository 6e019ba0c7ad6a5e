// What the API promises about rides: accepted ones are stored with their record, refused ones leave nothing.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "api_world.hpp"
#include "ride.hpp"

namespace contrail::test {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr std::string_view form_type = "application/x-www-form-urlencoded";
constexpr std::string_view json = "application/json";

TEST(Api, AcceptsARideAndStoresItWithItsRecord) {
    ApiWorld world;
    HttpClient client = world.client();

    const auto answer = client.post("/rides", "distance=539.836923415231");

    EXPECT_EQ(answer.status, 201U);
    EXPECT_EQ(answer.body, R"({"message":"Payment accepted. Your pilot is on their way! distance=539.8m"})");
    EXPECT_THAT(answer.headers, HasSubstr("Location: /rides/1\r\n"));
    EXPECT_THAT(answer.headers, HasSubstr("Content-Type: application/json\r\n"));
    EXPECT_EQ(world.database.value("SELECT distance FROM rides"), "539.836923415231");
    EXPECT_EQ(world.database.value("SELECT data FROM contrail.staged_log_records"),
              R"({"id": 1, "distance": 539.836923415231})");
    world.expect_a_record_for_every_ride();
}

TEST(Api, StoresDistancesBitByBit) {
    ApiWorld world;
    // Lossy by default: neither the rides nor their records may depend on it.
    world.database.run("ALTER DATABASE " + world.database.value("SELECT current_database()") +
                       " SET extra_float_digits = -3");
    ApiWorld lossy(world.settings);
    lossy.database.run("SET extra_float_digits = 1");
    HttpClient client = lossy.client();

    for (const double distance : {0.0, 0.1, 1.0 / 3.0, 5e-324, 123456789.12345679, 1e9}) {
        EXPECT_EQ(client.post_ride(distance).status, 201U);
        EXPECT_EQ(
            lossy.database.value("SELECT float8send(distance) = float8send('" +
                                 rocket_rides::distance_text(distance) + "') FROM rides ORDER BY id DESC"),
            "t")
            << distance;
    }
    EXPECT_THAT(client.get("/rides/3").body, HasSubstr("0.3333333333333333"));
    lossy.expect_a_record_for_every_ride();
}

TEST(Api, RefusesWhatIsNoRideAndStoresNothing) {
    ApiWorld world;
    HttpClient client = world.client();
    constexpr std::string_view missing = R"({"error":"Please specify parameter 'distance'."})";
    constexpr std::string_view not_a_number =
        R"({"error":"Parameter 'distance' must be a floating-point number."})";
    const struct {
        std::string_view content_type;
        std::string_view body;
        unsigned status;
        std::string_view answer;  ///< Any where this is empty.
    } cases[] = {
        {form_type, "", 422, missing},
        {form_type, "distance=", 422, missing},
        {"", "", 422, missing},
        {json, R"({"distance":null})", 422, missing},
        {form_type, "distance=five", 422, not_a_number},
        {form_type, "distance=NaN", 422, not_a_number},
        {form_type, "distance=-Infinity", 422, not_a_number},
        {form_type, "distance=0x10", 422, not_a_number},
        {form_type, "distance=%205", 422, not_a_number},
        {json, R"({"distance":[1]})", 422, not_a_number},
        {form_type, "distance=-5", 422, ""},
        {form_type, "distance=1e10", 422, ""},
        {form_type, "distance=5&distance=6", 422, ""},
        {json, R"({"distance":5,"distance":6})", 422, ""},
        {form_type, "distance=%", 400, ""},
        {json, "{", 400, ""},
        {"", "distance=5", 415, ""},
        {"text/plain", "distance=5", 415, ""},
    };
    for (const auto& [content_type, body, status, expected] : cases) {
        client.send(http_post("/rides", content_type, body));
        const auto answer = client.receive();
        EXPECT_EQ(answer.status, status) << body;
        EXPECT_THAT(answer.body, MatchesRegex(R"(\{"error":".+"\})")) << body;
        if (!expected.empty()) {
            EXPECT_EQ(answer.body, expected) << body;
        }
    }
    EXPECT_EQ(world.rides(), 0U);
    world.expect_a_record_for_every_ride();
}

TEST(Api, ShowsARide) {
    ApiWorld world;
    HttpClient client = world.client();
    client.post_ride(5.5);

    const auto answer = client.get("/rides/1");
    EXPECT_EQ(answer.status, 200U);
    EXPECT_THAT(answer.body,
                MatchesRegex(R"(\{"id":1,"distance":5\.5,"created_at":"20[^"]+T[^"]+\+00:00"\})"));

    for (const auto path :
         {"/rides/2", "/rides/0", "/rides/-1", "/rides/1x", "/rides/99999999999999999999"}) {
        EXPECT_EQ(client.get(path).status, 404U) << path;
    }
}

TEST(Api, IsHealthyWhileRidesCanBeStored) {
    ApiWorld world;
    HttpClient client = world.client();
    EXPECT_EQ(client.get("/healthz").status, 200U);

    world.database.run("ALTER TABLE rides RENAME TO lost_rides");
    EXPECT_EQ(client.get("/healthz").status, 503U);
    world.database.run("ALTER TABLE lost_rides RENAME TO rides");
    EXPECT_EQ(client.get("/healthz").status, 200U);

    // Rides can still be read then.
    world.database.run("ALTER TABLE contrail.staged_log_records RENAME TO lost_records");
    EXPECT_EQ(client.get("/healthz").status, 503U);
    EXPECT_EQ(world.rides(), 0U);
}

}  // namespace contrail::test
