// `contrail consume --function`: a SQL function in the transaction of the checkpoint.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "integration/cli/run_program.hpp"
#include "integration/consume/running_consumer.hpp"
#include "support/pipeline.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using servers::ExitStatus;
using ::testing::HasSubstr;
using ::testing::Not;

/// A schema `app` with a table, and a function that adds a batch of rides to it.
class Function : public ::testing::Test {
protected:
    Function() {
        pipeline.database.run(
            "CREATE SCHEMA app; CREATE TABLE app.rides (ride bigint, record jsonb);"
            "CREATE FUNCTION app.apply(records jsonb) RETURNS void LANGUAGE sql AS $$"
            "  INSERT INTO app.rides SELECT (r->'data'->>'id')::bigint, r FROM jsonb_array_elements(records) r $$");
    }

    void log_holds_rides(int first, int last) {
        std::vector<std::string> rides;
        for (int ride = first; ride <= last; ++ride)
            rides.push_back(R"({"id": )" + std::to_string(ride) + '}');
        pipeline.stage(rides);
        pipeline.stream();
    }

    static std::string stage(const std::string& action, const std::string& object, int id) {
        return "SELECT contrail.stage('" + action + "', '" + object + R"(', '{"id": )" + std::to_string(id) +
               "}');";
    }

    std::string value(const std::string& query) { return pipeline.database.value(query); }

    void wait_for_rides(const std::string& count) {
        wait_until(count + " rides are applied",
                   [&] { return value("SELECT count(DISTINCT ride) FROM app.rides") == count; });
    }

    /// Ends, because the command cannot work.
    [[nodiscard]] Ended run(const std::string& arguments) {
        return run_program("contrail consume " + arguments, pipeline.settings);
    }

    Pipeline pipeline;
};

TEST_F(Function, IsGivenEverythingOfARecord) {
    pipeline.database.run(
        "SELECT contrail.stage('create', 'ride', '{\"id\": 1}', key => 'k', headers => '{\"trace\": \"t\"}')");
    pipeline.stream();
    const RunningConsumer consumer("mailer --function app.apply", pipeline.settings);
    wait_for_rides("1");
    const Record logged = pipeline.logged().at(0);
    const auto record = nlohmann::json::parse(value("SELECT record FROM app.rides"));
    EXPECT_EQ(record["id"], logged.id.to_string());
    EXPECT_EQ(record["offset"], 1);
    EXPECT_EQ(record["action"], "create");
    EXPECT_EQ(record["object"], "ride");
    EXPECT_EQ(record["key"], "k");
    EXPECT_EQ(record["headers"]["trace"], "t");
    EXPECT_EQ(record["data"]["id"], 1);
    EXPECT_EQ(value("SELECT extract(epoch FROM (record->>'time')::timestamptz) * 1000 = " +
                    std::to_string(logged.id.sealed_ms) + " FROM app.rides"),
              "t");
}

TEST_F(Function, AppliesEachRecordOnceThroughKills) {
    RunningConsumer consumer("mailer --function app.apply --batch-records-max 10", pipeline.settings);
    for (int round = 0; round < 10; ++round) {
        log_holds_rides(1 + round * 30, 30 + round * 30);
        consumer.restart_after_kill();
    }
    wait_for_rides("300");
    EXPECT_EQ(value("SELECT count(*) FROM app.rides"), "300");
    EXPECT_EQ(value("SELECT array_agg(ride) = array_agg(ride ORDER BY ride) FROM app.rides"), "t");
}

TEST_F(Function, ThatRaisesHasItsRecordParkedAndRetriedAfterAFix) {
    pipeline.database.run("ALTER TABLE app.rides ADD CONSTRAINT not_13 CHECK (ride <> 13)");
    log_holds_rides(1, 20);
    const RunningConsumer consumer("mailer --function app.apply --on-refusal park --handler-attempts-max 2",
                                   pipeline.settings);
    wait_for_rides("19");
    consumer.wait_for_log("parked record");
    EXPECT_THAT(consumer.log(), HasSubstr("violates check constraint \"not_13\""));
    EXPECT_EQ(value("SELECT data FROM contrail.dead_letters"), R"({"id": 13})");

    pipeline.database.run("ALTER TABLE app.rides DROP CONSTRAINT not_13");
    EXPECT_EQ(run_program("contrail dead-letters retry mailer --all", pipeline.settings).status,
              ExitStatus::exited(0));
    wait_for_rides("20");
    EXPECT_EQ(value("SELECT count(*) FROM app.rides"), "20");
    wait_until("no record is parked",
               [&] { return value("SELECT count(*) FROM contrail.dead_letters") == "0"; });
}

TEST_F(Function, ThatRaisesHaltsTheConsumerAtTheRecord) {
    pipeline.database.run("ALTER TABLE app.rides ADD CONSTRAINT not_3 CHECK (ride <> 3)");
    log_holds_rides(1, 5);
    const Ended ended = run("mailer --function app.apply --handler-attempts-max 1");
    EXPECT_EQ(ended.status, ExitStatus::exited(78));
    EXPECT_THAT(ended.errors, HasSubstr("The handler of consumer 'mailer' rejected record"));
    EXPECT_EQ(value("SELECT max(ride) FROM app.rides"), "2");
}

TEST_F(Function, ThatFailsForAPassingReasonIsCalledAgain) {
    for (const std::string passing : {"40001", "40P01", "53200", "55P03", "57P01", "08006"}) {
        SCOPED_TRACE(passing);
        Pipeline other;
        other.database.run(
            "CREATE SCHEMA app; CREATE TABLE app.rides (ride bigint); CREATE TABLE app.obstacle ();"
            "CREATE FUNCTION app.apply(records jsonb) RETURNS void LANGUAGE plpgsql AS $$ BEGIN"
            "  IF to_regclass('app.obstacle') IS NOT NULL THEN"
            "    RAISE 'not now' USING ERRCODE = '" +
            passing +
            "'; END IF;"
            "  INSERT INTO app.rides SELECT (r->'data'->>'id')::bigint FROM jsonb_array_elements(records) r;"
            "END $$");
        other.stage({R"({"id": 1})"});
        other.stream();
        const RunningConsumer consumer(
            "mailer --function app.apply --on-refusal park --handler-attempts-max 1", other.settings);
        consumer.wait_for_log("not now");
        other.database.run("DROP TABLE app.obstacle");
        wait_until("the ride is applied",
                   [&] { return other.database.value("SELECT count(*) FROM app.rides") == "1"; });
        EXPECT_EQ(other.database.value("SELECT count(*) FROM contrail.dead_letters"), "0");
    }
}

TEST_F(Function, ThatIsDroppedMeanwhileIsWaitedFor) {
    RunningConsumer consumer("mailer --function app.apply --on-refusal park", pipeline.settings);
    log_holds_rides(1, 1);
    wait_for_rides("1");
    pipeline.database.run("ALTER FUNCTION app.apply RENAME TO gone");
    log_holds_rides(2, 2);
    consumer.wait_for_log("there is no such function. Create it");
    pipeline.database.run("ALTER FUNCTION app.gone RENAME TO apply");
    wait_for_rides("2");
    EXPECT_EQ(value("SELECT count(*) FROM contrail.dead_letters"), "0");
}

TEST_F(Function, ThatCannotBeCalledEndsTheConsumerWithTheRemedy) {
    pipeline.database.run(
        "CREATE FUNCTION app.two(records jsonb, more int) RETURNS void LANGUAGE sql AS '';"
        "CREATE FUNCTION app.textual(records text) RETURNS void LANGUAGE sql AS '';"
        "CREATE PROCEDURE app.proc(records jsonb) LANGUAGE sql AS '';"
        "CREATE AGGREGATE app.agg(jsonb) (SFUNC = jsonb_concat, STYPE = jsonb);");
    const std::pair<std::string, std::string> cases[] = {
        {"app.missing",
         "there is no such function. Create it: CREATE FUNCTION \"app\".\"missing\"(records jsonb)"},
        {"elsewhere.apply", "there is no such function."},
        {"app.two",
         "it takes the parameters (records jsonb, more integer). Contrail needs one of type jsonb."},
        {"app.textual", "it takes the parameters (records text)."},
        {"app.proc", "it is a procedure, which may commit."},
        {"app.agg", "it is an aggregate or a window function."},
    };
    for (const auto& [name, why] : cases) {
        const Ended ended = run("mailer --function " + name);
        EXPECT_EQ(ended.status, ExitStatus::exited(78)) << name;
        EXPECT_THAT(ended.errors, HasSubstr(why)) << name;
    }
    EXPECT_EQ(pipeline.checkpoint("mailer"), "") << "nothing is registered";
}

TEST_F(Function, ThatTheUserMayNotExecuteEndsTheConsumerWithTheGrant) {
    const std::string user = "consumer_without_rights";
    pipeline.database.run("DROP ROLE IF EXISTS " + user + "; CREATE ROLE " + user +
                          " LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA contrail TO " + user +
                          "; GRANT USAGE ON SCHEMA contrail TO " + user);
    Settings settings = pipeline.settings;
    settings.database_url +=
        (settings.database_url.find('?') == std::string::npos ? "?user=" : "&user=") + user;
    const Ended ended = run_program("contrail consume mailer --function app.apply", settings);
    pipeline.database.run("DROP OWNED BY " + user + "; DROP ROLE " + user);
    EXPECT_EQ(ended.status, ExitStatus::exited(78));
    EXPECT_THAT(ended.errors,
                HasSubstr("this user may not execute it. Run: GRANT USAGE ON SCHEMA app TO " + user));
}

TEST_F(Function, MayBeOneOfSeveralOfItsName) {
    pipeline.database.run("CREATE FUNCTION app.apply(records text) RETURNS void LANGUAGE sql AS ''");
    log_holds_rides(1, 3);
    const RunningConsumer consumer("mailer --function app.apply", pipeline.settings);
    wait_for_rides("3");
}

TEST_F(Function, SeesOnlyWhatTheFilterChooses) {
    pipeline.database.run(stage("create", "ride", 1) + stage("delete", "ride", 2) +
                          stage("create", "driver", 3) + stage("update", "ride", 4) +
                          stage("create", "driver", 5));
    pipeline.stream();
    const RunningConsumer consumer("--object ride mailer --function app.apply", pipeline.settings,
                                   {{"CONSUMER_ACTIONS", "create,update"}});
    wait_until("the checkpoint is at the end",
               [&] { return pipeline.checkpoint("mailer") == pipeline.logged().back().id.to_string(); });
    EXPECT_EQ(value("SELECT array_agg(ride) FROM app.rides"), "{1,4}");
}

TEST_F(Function, ThatRaisesAmongRecordsThatTheFilterLeavesOutHasItsRecordParked) {
    pipeline.database.run("ALTER TABLE app.rides ADD CONSTRAINT not_3 CHECK (ride <> 3);" +
                          stage("create", "driver", 1) + stage("create", "driver", 2) +
                          stage("create", "ride", 3) + stage("create", "driver", 4) +
                          stage("create", "ride", 5));
    pipeline.stream();
    const RunningConsumer consumer(
        "mailer --function app.apply --object ride --on-refusal park --handler-attempts-max 1",
        pipeline.settings);
    wait_for_rides("1");
    EXPECT_EQ(value("SELECT ride FROM app.rides"), "5");
    EXPECT_EQ(value("SELECT record_offset FROM contrail.dead_letters"), "3");
}

TEST_F(Function, HasAConsumerThatListsLikeAnyOther) {
    log_holds_rides(1, 3);
    const RunningConsumer consumer("mailer --function app.apply", pipeline.settings);
    wait_for_rides("3");
    wait_until("the consumer is listed at the end of the log", [&] {
        const auto list =
            nlohmann::json::parse(run_program("contrail consumer list --json", pipeline.settings).output);
        return list["consumers"].size() == 1 && list["consumers"][0]["name"] == "mailer" &&
               list["consumers"][0]["lag_records"] == 0;
    });
}

TEST_F(Function, HasItsNoticesInTheLog) {
    pipeline.database.run(
        "CREATE FUNCTION app.chatty(records jsonb) RETURNS void LANGUAGE plpgsql AS $$ BEGIN"
        "  RAISE NOTICE '% records', jsonb_array_length(records); RAISE WARNING 'a % sign', '%'; END $$");
    log_holds_rides(1, 3);
    const RunningConsumer consumer("mailer --function app.chatty", pipeline.settings);
    consumer.wait_for_log("info consumer: the function says: 3 records");
    consumer.wait_for_log("warning consumer: the function says: a % sign");
}

TEST_F(Function, IsNamedWithItsSchema) {
    const Ended ended = run("mailer --function apply");
    EXPECT_EQ(ended.status, ExitStatus::exited(2));
    EXPECT_THAT(ended.errors, HasSubstr("'apply': this is not a name with its schema."));
}

TEST_F(Function, IsNeededToConsume) {
    const Ended ended = run("mailer");
    EXPECT_EQ(ended.status, ExitStatus::exited(2));
    EXPECT_THAT(ended.errors, HasSubstr("Cannot consume without exactly one handler."));
}

}  // namespace contrail::test
