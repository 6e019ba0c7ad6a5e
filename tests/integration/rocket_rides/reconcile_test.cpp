#include "reconcile.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "commands.hpp"
#include "consumer.hpp"
#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "support/pipeline.hpp"

namespace rocket_rides {

using contrail::test::Pipeline;
using ::testing::HasSubstr;

class Reconcile : public ::testing::Test {
protected:
    Reconcile() { migrate(pipeline.settings); }

    void ride(const std::string& distance) {
        pipeline.database.run("WITH ride AS (INSERT INTO rides (distance) VALUES (" + distance +
                              ") RETURNING id, distance) SELECT contrail.stage('create', 'ride', "
                              "jsonb_build_object('id', id, 'distance', distance)) FROM ride");
    }
    void change(int id, const std::string& distance) {
        pipeline.database.run("WITH was AS (SELECT * FROM rides WHERE id = " + std::to_string(id) +
                              "), ride AS (UPDATE rides SET distance = " + distance +
                              " FROM was WHERE rides.id = was.id "
                              "RETURNING rides.id, rides.distance, was.distance AS previous_distance) "
                              "SELECT contrail.stage('update', 'ride', to_jsonb(ride)) FROM ride");
    }
    void remove(int id) {
        pipeline.database.run("WITH ride AS (DELETE FROM rides WHERE id = " + std::to_string(id) +
                              " RETURNING id, distance AS previous_distance) "
                              "SELECT contrail.stage('delete', 'ride', to_jsonb(ride)) FROM ride");
    }

    /// Applies so many records, or as many as there are.
    void consume(const std::string& name, std::size_t records = 1'000,
                 contrail::Consumer::Options options = {}) {
        const auto log = contrail::redis_log(pipeline.settings);
        const auto checkpoints = contrail::postgres_checkpoints(pipeline.settings);
        options.batch.records_max = 1;
        options.read_wait_max = std::chrono::milliseconds(0);
        contrail::Consumer consumer(
            contrail::ConsumerName(name), *log, *checkpoints,
            [&](auto& transaction, auto batch) { add_up(transaction, batch, name, true); }, options,
            contrail::system_clock());
        while (records-- > 0 && consumer.run_once() > 0) {
        }
    }

    std::string total(const std::string& name) {
        return pipeline.database.value("SELECT total_distance FROM consumer_states WHERE name = '" + name +
                                       "'");
    }
    void set_total(const std::string& name, const std::string& value) {
        pipeline.database.run("UPDATE consumer_states SET total_distance = " + value + " WHERE name = '" +
                              name + "'");
    }

    Comparison reconcile(bool fix = false) { return rocket_rides::reconcile(pipeline.settings, fix); }

    static void expect_all(Match match, const Comparison& comparison) {
        EXPECT_EQ(comparison.count(match), comparison.consumers.size()) << to_text(comparison);
    }

    Pipeline pipeline;
};

TEST_F(Reconcile, AgreesWithRightConsumersWhereverTheyAre) {
    EXPECT_EQ(to_json(reconcile()), R"({"last_id":"0-0","total_distance":0.0,"consumers":[],"agree":true})"
                                    "\n");
    for (const char* distance : {"10", "20", "30"}) ride(distance);
    pipeline.stream();
    consume("first", 1);
    for (const char* distance : {"40", "50"}) ride(distance);
    change(1, "15");
    pipeline.stream();
    consume("second", 5);
    remove(2);
    consume("last");
    ride("60");  // not sealed yet, and in no log

    const Comparison comparison = reconcile();

    EXPECT_EQ(comparison.last_id.offset, contrail::Offset{8});
    EXPECT_EQ(comparison.total_distance, 195);
    ASSERT_EQ(comparison.consumers.size(), 3U);
    expect_all(Match::agrees, comparison);
    EXPECT_EQ(comparison.consumers[0].expected, 10) << comparison.consumers[0].name;
    EXPECT_EQ(comparison.consumers[1].expected, 155) << comparison.consumers[1].name;
    EXPECT_EQ(comparison.consumers[2].expected, 150) << comparison.consumers[2].name;
}

TEST_F(Reconcile, FindsATotalThatWasEditedAndCorrectsItAtItsOwnCheckpoint) {
    for (const char* distance : {"10", "20", "30"}) ride(distance);
    pipeline.stream();
    consume("right");
    consume("wrong", 2);
    set_total("wrong", "30 + 7");

    const Comparison found = reconcile();
    EXPECT_EQ(found.consumers[0].match, Match::agrees);
    EXPECT_EQ(found.consumers[1].match, Match::differs);
    EXPECT_EQ(found.consumers[1].total_distance, 37);
    EXPECT_EQ(found.consumers[1].expected, 30);
    EXPECT_EQ(total("wrong"), "37") << "only with --fix";

    const Comparison corrected = reconcile(true);
    EXPECT_EQ(corrected.consumers[1].match, Match::corrected);
    EXPECT_EQ(total("wrong"), "30");
    expect_all(Match::agrees, reconcile());
    consume("wrong");
    EXPECT_EQ(total("wrong"), "60");
}

TEST_F(Reconcile, CorrectsWhatIsNoLongerANumber) {
    ride("10");
    pipeline.stream();
    consume("wrong");
    for (const char* nonsense : {"'NaN'", "'Infinity'", "-1e300"}) {
        set_total("wrong", nonsense);
        EXPECT_EQ(reconcile(true).consumers[0].match, Match::corrected) << nonsense;
        EXPECT_EQ(total("wrong"), "10");
    }
}

// One after the other they make 967.5999999999999.
TEST_F(Reconcile, TakesRoundingForNoDifferenceAndCorrectsToTheExactSum) {
    for (const char* distance : {"901.9", "35.4", "30.3"}) ride(distance);
    pipeline.stream();
    consume("consumer0");
    const Comparison comparison = reconcile();
    EXPECT_EQ(comparison.total_distance, 967.6);
    expect_all(Match::agrees, comparison);
    set_total("consumer0", "1");
    reconcile(true);
    EXPECT_EQ(total("consumer0"), "967.6");
}

TEST_F(Reconcile, DoesNotJudgeAConsumerWhoseRecordsAreParked) {
    ride("10");
    pipeline.stage({R"({"id": 2, "distance": "far"})"});
    pipeline.stream();
    consume("parking", 1, {.on_refusal = contrail::OnRefusal::park, .handler_attempts_max = 1});
    consume("parking", 1, {.on_refusal = contrail::OnRefusal::park, .handler_attempts_max = 1});
    ASSERT_EQ(pipeline.database.value("SELECT count(*) FROM contrail.dead_letters"), "1");
    set_total("parking", "99");

    const Comparison comparison = reconcile(true);

    EXPECT_EQ(comparison.consumers[0].match, Match::unknown);
    EXPECT_THAT(comparison.consumers[0].why, HasSubstr("parked"));
    EXPECT_EQ(total("parking"), "99");
    pipeline.database.run("DELETE FROM contrail.dead_letters");
    EXPECT_EQ(reconcile(true).consumers[0].match, Match::corrected);
    EXPECT_EQ(total("parking"), "10");
}

TEST_F(Reconcile, DoesNotJudgeByRecordsThatTheOutboxHasLetGoOf) {
    for (const char* distance : {"10", "20", "30"}) {
        ride(distance);
        pipeline.stream();
    }
    consume("forgotten", 1);
    // What no consumer is known to need: the segment, and all batches but the last.
    pipeline.database.run("SELECT setval('contrail.current_segment', 1)");
    contrail::postgres_outbox(pipeline.settings)->newest();  // counts it
    ASSERT_EQ(pipeline.database.value("SELECT contrail.empty_segment(0::smallint, '" +
                                      pipeline.settings.stream_name + "', 3)"),
              "emptied");
    ride("40");

    const Comparison comparison = reconcile(true);

    EXPECT_EQ(comparison.total_distance, 100);
    EXPECT_EQ(comparison.consumers[0].match, Match::unknown);
    EXPECT_THAT(comparison.consumers[0].why, HasSubstr("does not hold"));
    EXPECT_EQ(total("forgotten"), "10");
}

TEST_F(Reconcile, GivesANewConsumerItsStateWhereTheBeginningIsGone) {
    for (const char* distance : {"10", "20", "30"}) ride(distance);
    pipeline.stream();
    consume("old");
    pipeline.redis.run({"XTRIM", pipeline.settings.stream_name, "MAXLEN", "1"});
    EXPECT_THROW(consume("new"), contrail::Error);
    ride("40");

    consume("new", 1'000, {.start = contrail::start::Reconciled{}, .reconcile = [&] {
                               return reconciled_total(pipeline.settings, "new");
                           }});

    EXPECT_EQ(total("new"), "100");
    ride("50");
    pipeline.stream();
    consume("new");
    EXPECT_EQ(total("new"), "150");
    expect_all(Match::agrees, reconcile());
}

}  // namespace rocket_rides
