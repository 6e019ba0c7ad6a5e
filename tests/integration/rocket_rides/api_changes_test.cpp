// Rides that change and go: each change with its record, in the order in which they were asked for, and none
// at the cost of another.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api_world.hpp"
#include "crowd.hpp"

namespace contrail::test {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

HttpAnswer patch(HttpClient& client, const std::string& path, std::string_view form) {
    client.send(http_request("PATCH", path, "application/x-www-form-urlencoded", form));
    return client.receive();
}

HttpAnswer remove(HttpClient& client, const std::string& path) {
    client.send(http_request("DELETE", path));
    return client.receive();
}

std::string patch_request(int id, std::string_view distance) {
    return http_request("PATCH", "/rides/" + std::to_string(id), "application/json",
                        R"({"distance":)" + std::string(distance) + "}");
}

}  // namespace

class ApiChanges : public ::testing::Test {
protected:
    /// The rides 1, 2 … with these distances.
    void rides(const std::vector<double>& distances) {
        for (const double distance : distances) ASSERT_EQ(client.post_ride(distance).status, 201U);
    }

    /// The records of changes, in their order, as `action data`.
    std::string changes() {
        return world.database.value(
            "SELECT string_agg(action || ' ' || data, '; ' ORDER BY id) FROM contrail.staged_log_records"
            " WHERE object = 'ride' AND action <> 'create'");
    }

    std::string distances() {
        return world.database.value("SELECT array_agg(id || ':' || distance ORDER BY id) FROM rides");
    }

    /// What consumers make of the records is what the table holds.
    void expect_exact_total() {
        EXPECT_EQ(world.database.value("SELECT sum(coalesce((data ->> 'distance')::float8, 0)"
                                       " - coalesce((data ->> 'previous_distance')::float8, 0))"
                                       " FROM contrail.staged_log_records"),
                  world.database.value("SELECT coalesce(sum(distance), 0) FROM rides"));
    }

    ApiWorld world;
    HttpClient client = world.client();
};

TEST_F(ApiChanges, AreMadeTogetherWithTheirRecords) {
    rides({10, 20});

    const auto changed = patch(client, "/rides/1", "distance=15.5");
    EXPECT_EQ(changed.status, 200U);
    EXPECT_EQ(changed.body, R"({"id":1,"distance":15.5,"previous_distance":10})");
    const auto deleted = remove(client, "/rides/2");
    EXPECT_EQ(deleted.status, 200U);
    EXPECT_EQ(deleted.body, R"({"id":2,"previous_distance":20})");

    EXPECT_EQ(distances(), "{1:15.5}");
    EXPECT_EQ(changes(), R"(update {"id": 1, "distance": 15.5, "previous_distance": 10}; )"
                         R"(delete {"id": 2, "previous_distance": 20})");
    EXPECT_EQ(client.get("/rides/2").status, 404U);
    expect_exact_total();
}

TEST_F(ApiChanges, AreNotMadeOfARideThatIsNotThere) {
    for (const auto path :
         {"/rides/1", "/rides/0", "/rides/-1", "/rides/1x", "/rides/99999999999999999999"}) {
        EXPECT_EQ(patch(client, path, "distance=5").status, 404U) << path;
        EXPECT_EQ(remove(client, path).status, 404U) << path;
    }
    EXPECT_EQ(changes(), "");
}

TEST_F(ApiChanges, AreValidatedAsNewRidesAre) {
    rides({10});
    const struct {
        std::string query;
        std::string_view form;
        unsigned status;
        std::string_view error;
    } cases[] = {
        {"", "", 422, "Please specify parameter 'distance'."},
        {"", "distance=five", 422, "Parameter 'distance' must be a floating-point number."},
        {"", "distance=-5", 422, "Parameter 'distance' must not be negative."},
        {"", "distance=%", 400, "form is not valid"},
        {"?previous_distance=", "distance=5", 422,
         "Parameter 'previous_distance' must be a floating-point number."},
        {"?previous_distance=10&previous_distance=10", "distance=5", 422,
         "Parameter 'previous_distance' must be specified only once."},
        {"?previous_distance=%", "distance=5", 400, "not valid"},
    };
    for (const auto& [query, form, status, error] : cases) {
        const auto answer = patch(client, "/rides/1" + query, form);
        EXPECT_EQ(answer.status, status) << query << ' ' << form;
        EXPECT_THAT(answer.body, HasSubstr(error)) << query << ' ' << form;
        if (!query.empty()) {
            EXPECT_EQ(remove(client, "/rides/1" + query).status, status) << query;
        }
    }
    EXPECT_EQ(distances(), "{1:10}");
    EXPECT_EQ(changes(), "");
}

TEST_F(ApiChanges, MayNameTheDistanceThatTheyExpectAndThenLoseARace) {
    rides({0.1});
    EXPECT_EQ(patch(client, "/rides/1?previous_distance=0.1", "distance=15").status, 200U);

    const auto late = patch(client, "/rides/1?previous_distance=0.1", "distance=16");
    EXPECT_EQ(late.status, 409U);
    EXPECT_THAT(late.body, HasSubstr("Another change of this ride came first"));
    EXPECT_EQ(remove(client, "/rides/1?previous_distance=16").status, 409U);
    EXPECT_EQ(distances(), "{1:15}");

    EXPECT_EQ(remove(client, "/rides/1?previous_distance=15").status, 200U);
    EXPECT_EQ(remove(client, "/rides/1?previous_distance=15").status, 404U);
    EXPECT_EQ(changes(), R"(update {"id": 1, "distance": 15, "previous_distance": 0.1}; )"
                         R"(delete {"id": 1, "previous_distance": 15})");
}

TEST_F(ApiChanges, ShareACommitWithTheRidesThatWaitWithThem) {
    rides({10, 20, 30});
    std::optional<HeldUp> held_up(std::in_place, world.settings.database_url, HeldUp::At::insert);
    Crowd first(world, {1.0});
    held_up->wait_for_one();
    Crowd rides(world, {2.0, 3.0});
    Crowd changes_of_rides = Crowd::asking(
        world, {patch_request(1, "11"), patch_request(2, "22"), http_request("DELETE", "/rides/3")});
    held_up.reset();

    EXPECT_THAT(first.answers(), Each(has_status(201)));
    EXPECT_THAT(rides.answers(), Each(has_status(201)));
    EXPECT_THAT(changes_of_rides.answers(), Each(has_status(200)));
    EXPECT_EQ(world.database.value("SELECT count(DISTINCT xid) FROM contrail.staged_log_records"
                                   " WHERE action <> 'create' OR data ->> 'distance' IN ('2', '3')"),
              "1");
    EXPECT_EQ(distances(), "{1:11,2:22,4:1,5:2,6:3}");
    expect_exact_total();
}

TEST_F(ApiChanges, OfOneRideAreMadeInTheOrderInWhichTheyCame) {
    rides({10});
    std::optional<HeldUp> held_up(std::in_place, world.settings.database_url, HeldUp::At::insert);
    Crowd first(world, {1.0});
    held_up->wait_for_one();
    Crowd changes_of_one = Crowd::asking(world, {patch_request(1, "11"), patch_request(1, "12"),
                                                 http_request("DELETE", "/rides/1"), patch_request(1, "13")});
    held_up.reset();

    EXPECT_THAT(changes_of_one.answers(),
                ElementsAre(has_status(200), has_status(200), has_status(200), has_status(404)));
    EXPECT_EQ(changes(), R"(update {"id": 1, "distance": 11, "previous_distance": 10}; )"
                         R"(update {"id": 1, "distance": 12, "previous_distance": 11}; )"
                         R"(delete {"id": 1, "previous_distance": 12})");
    expect_exact_total();
}

TEST_F(ApiChanges, DoNotWaitForATransactionThatHoldsTheirRide) {
    rides({10, 20});
    AdminPostgres other(world.settings.database_url);
    other.run("BEGIN; UPDATE rides SET distance = 99 WHERE id = 1");

    EXPECT_EQ(patch(client, "/rides/1", "distance=11").status, 409U);
    EXPECT_EQ(remove(client, "/rides/1").status, 409U);
    EXPECT_EQ(patch(client, "/rides/2", "distance=22").status, 200U);
    EXPECT_EQ(client.post_ride(30).status, 201U);

    other.run("ROLLBACK");
    EXPECT_EQ(patch(client, "/rides/1", "distance=11").status, 200U);
    expect_exact_total();
}

TEST_F(ApiChanges, ThatPostgresRefusesDoNotFailTheirNeighbours) {
    rides({10, 20});
    world.database.run("ALTER TABLE rides ADD CONSTRAINT no_bad_luck CHECK (distance <> 13)");
    std::optional<HeldUp> held_up(std::in_place, world.settings.database_url, HeldUp::At::insert);
    Crowd first(world, {1.0});
    held_up->wait_for_one();
    Crowd good_ride(world, {2.0});
    Crowd bad_change = Crowd::asking(world, {patch_request(1, "13")});
    Crowd good_change = Crowd::asking(world, {patch_request(2, "22")});
    held_up.reset();

    EXPECT_THAT(good_ride.answers(), Each(has_status(201)));
    EXPECT_THAT(bad_change.answers(), Each(has_status(500)));
    EXPECT_THAT(good_change.answers(), Each(has_status(200)));
    EXPECT_EQ(distances(), "{1:10,2:22,3:1,4:2}");
    expect_exact_total();
}

TEST_F(ApiChanges, ThatAlwaysConflictLoseAndTheirNeighboursDoNot) {
    rides({10, 20});
    world.database.run(
        "CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN RAISE USING ERRCODE = ''serialization_failure''; END';"
        "CREATE TRIGGER conflict BEFORE UPDATE ON rides FOR EACH ROW WHEN (OLD.id = 1)"
        " EXECUTE FUNCTION conflict()");
    std::optional<HeldUp> held_up(std::in_place, world.settings.database_url, HeldUp::At::insert);
    Crowd first(world, {1.0});
    held_up->wait_for_one();
    Crowd good_ride(world, {2.0});
    Crowd loser = Crowd::asking(world, {patch_request(1, "11")});
    Crowd good_change = Crowd::asking(world, {patch_request(2, "22")});
    held_up.reset();

    EXPECT_THAT(good_ride.answers(), Each(has_status(201)));
    EXPECT_THAT(loser.answers(), Each(has_status(409)));
    EXPECT_THAT(good_change.answers(), Each(has_status(200)));
    EXPECT_EQ(distances(), "{1:10,2:22,3:1,4:2}");
    expect_exact_total();
}

TEST_F(ApiChanges, AreInDoubtIfTheConnectionBreaksDuringTheirCommit) {
    rides({10});
    HeldUp held_up(world.settings.database_url, HeldUp::At::commit);
    Crowd crowd = Crowd::asking(world, {patch_request(1, "11")});
    held_up.wait_for_one();
    held_up.cut_off();

    const auto answer = crowd.answers().front();
    EXPECT_EQ(answer.status, 503U);
    EXPECT_THAT(answer.body, HasSubstr(R"("in_doubt":true)"));
    EXPECT_THAT(answer.headers, Not(HasSubstr("Retry-After")));
    EXPECT_EQ(distances(), "{1:10}");
    EXPECT_EQ(changes(), "");
}

TEST_F(ApiChanges, OfOneRideFromManyClientsAddUp) {
    rides({0});
    std::vector<std::string> requests;
    for (int i = 1; i <= 40; ++i) requests.push_back(patch_request(1, std::to_string(i)));
    Crowd crowd = Crowd::asking(world, requests);

    EXPECT_THAT(crowd.answers(), Each(has_status(200)));
    EXPECT_EQ(world.database.value("SELECT count(*) FROM contrail.staged_log_records"), "41");
    expect_exact_total();
}

}  // namespace contrail::test
