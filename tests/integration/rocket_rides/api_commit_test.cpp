// Rides that are stored at the same time: they share commits, but not their fate.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <optional>
#include <string>
#include <vector>

#include "api_world.hpp"
#include "crowd.hpp"

namespace contrail::test {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

std::vector<double> distances(int count) {
    std::vector<double> numbers;
    for (int i = 1; i <= count; ++i) numbers.push_back(i + 0.25);
    return numbers;
}

}  // namespace

TEST(ApiCommit, RidesThatWaitTogetherShareOneTransaction) {
    ApiWorld world;
    std::optional<HeldUp> held_up(std::in_place, world.settings.database_url, HeldUp::At::insert);
    Crowd first(world, {1.0});
    held_up->wait_for_one();
    Crowd crowd(world, distances(64));
    held_up.reset();

    EXPECT_THAT(first.answers(), Each(has_status(201)));
    EXPECT_THAT(crowd.answers(), Each(has_status(201)));
    EXPECT_EQ(world.rides(), 65U);
    EXPECT_EQ(world.transactions(), 2U);
    EXPECT_EQ(world.database.value("SELECT sum(distance) FROM rides"), "2097");
    world.expect_a_record_for_every_ride();
}

TEST(ApiCommit, ManyClientsAtOnceStoreEachRideOnce) {
    ApiWorld world;
    std::vector<std::future<void>> clients;
    clients.reserve(64);
    for (int number = 0; number < 64; ++number) {
        clients.push_back(std::async(std::launch::async, [&world, number] {
            HttpClient client = world.client();
            for (int i = 0; i < 10; ++i) EXPECT_EQ(client.post_ride(number * 10 + i).status, 201U);
        }));
    }
    for (auto& client : clients) client.get();

    EXPECT_EQ(world.rides(), 640U);
    EXPECT_EQ(world.database.value("SELECT count(DISTINCT distance) FROM rides"), "640");
    world.expect_a_record_for_every_ride();
}

TEST(ApiCommit, ABadRideDoesNotFailItsNeighbours) {
    ApiWorld world;
    world.database.run("ALTER TABLE rides ADD CONSTRAINT no_bad_luck CHECK (distance <> 13)");
    std::optional<HeldUp> held_up(std::in_place, world.settings.database_url, HeldUp::At::insert);
    Crowd first(world, {1.0});
    held_up->wait_for_one();
    Crowd before(world, distances(5));
    Crowd bad(world, {13.0});
    Crowd after(world, distances(5));
    held_up.reset();

    EXPECT_THAT(first.answers(), Each(has_status(201)));
    EXPECT_THAT(before.answers(), Each(has_status(201)));
    EXPECT_THAT(after.answers(), Each(has_status(201)));
    EXPECT_THAT(bad.answers(), Each(has_status(500)));
    EXPECT_EQ(world.rides(), 11U);
    world.expect_a_record_for_every_ride();
    EXPECT_EQ(world.client().post_ride(14).status, 201U);
}

TEST(ApiCommit, AConflictWithAnotherTransactionIsTriedAgain) {
    ApiWorld world;
    // A sequence is not rolled back with the transaction, so that the first two fail and the third does not.
    world.database.run(
        "CREATE SEQUENCE attempts;"
        "CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN"
        " IF current_setting('transaction_isolation') <> 'serializable' THEN RAISE 'not serializable'; END "
        "IF;"
        " IF nextval('attempts') <= 2 THEN RAISE USING ERRCODE = 'serialization_failure'; END IF;"
        " RETURN NULL; END$$;"
        "CREATE TRIGGER conflict AFTER INSERT ON rides FOR EACH STATEMENT EXECUTE FUNCTION conflict()");

    EXPECT_EQ(world.client().post_ride(5).status, 201U);
    EXPECT_EQ(world.database.value("SELECT last_value FROM attempts"), "3");
    EXPECT_EQ(world.rides(), 1U);
    world.expect_a_record_for_every_ride();
}

TEST(ApiCommit, AnEndlessConflictIsGivenUp) {
    ApiWorld world;
    world.database.run(
        "CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN RAISE USING ERRCODE = ''deadlock_detected''; END';"
        "CREATE TRIGGER conflict AFTER INSERT ON rides FOR EACH STATEMENT EXECUTE FUNCTION conflict()");

    const auto answer = world.client().post_ride(5);
    EXPECT_EQ(answer.status, 503U);
    EXPECT_THAT(answer.headers, HasSubstr("Retry-After: "));
    EXPECT_THAT(answer.body, Not(HasSubstr("in_doubt")));
    EXPECT_EQ(world.rides(), 0U);
}

TEST(ApiCommit, ARideIsInDoubtOnlyIfTheConnectionBreaksDuringTheCommit) {
    const struct {
        HeldUp::At at;
        bool in_doubt;
    } cases[] = {{HeldUp::At::insert, false}, {HeldUp::At::commit, true}};
    for (const auto& [at, in_doubt] : cases) {
        ApiWorld world;
        std::optional<HeldUp> held_up(std::in_place, world.settings.database_url, at);
        Crowd crowd(world, {1.0});
        held_up->wait_for_one();
        held_up->cut_off();

        const auto answer = crowd.answers().front();
        EXPECT_EQ(answer.status, 503U);
        EXPECT_EQ(answer.body.find(R"("in_doubt":true)") != std::string::npos, in_doubt) << answer.body;
        EXPECT_EQ(answer.headers.find("Retry-After") == std::string::npos, in_doubt) << answer.headers;
        EXPECT_EQ(world.rides(), 0U);
    }
}

TEST(ApiCommit, MoreThanMayWaitAreTurnedAway) {
    rocket_rides::Api::Options options;
    options.requests.waiting_requests_max = 3;
    ApiWorld world(fresh_settings(), options);
    std::optional<HeldUp> held_up(std::in_place, world.settings.database_url, HeldUp::At::insert);
    Crowd first(world, {1.0});
    held_up->wait_for_one();
    Crowd waiting(world, distances(3));
    EXPECT_THAT(Crowd(world, distances(2)).answers(), Each(has_status(503)));
    held_up.reset();

    EXPECT_THAT(first.answers(), Each(has_status(201)));
    EXPECT_THAT(waiting.answers(), Each(has_status(201)));
    EXPECT_EQ(world.rides(), 4U);
}

}  // namespace contrail::test
