// The program `contrail` with its log in a topic: streamer, consumer and the operator's commands.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>

#include "integration/cli/run_program.hpp"
#include "servers/child_process.hpp"
#include "support/admin_postgres.hpp"
#include "support/private_kafka.hpp"
#include "support/test_servers.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using nlohmann::json;
using servers::ExitStatus;
using ::testing::HasSubstr;

class KafkaCommands : public ::testing::Test {
protected:
    static Settings settings_with_topic() {
        Settings settings = fresh_settings();
        settings.log_url = "kafka://" + shared_kafka().address() + '/' + settings.stream_name;
        return settings;
    }

    KafkaCommands() {
        database.run(
            "CREATE SCHEMA app; CREATE TABLE app.rides (ride bigint PRIMARY KEY);"
            "CREATE FUNCTION app.apply(records jsonb) RETURNS void LANGUAGE sql AS $$"
            "  INSERT INTO app.rides SELECT (r->'data'->>'id')::bigint FROM jsonb_array_elements(records) r $$");
    }

    void stage(int first, int last) {
        for (int ride = first; ride <= last; ++ride)
            database.run("SELECT contrail.stage('create', 'ride', '{\"id\": " + std::to_string(ride) + "}')");
    }

    servers::ChildProcess start(const std::string& arguments) {
        return servers::ChildProcess(shell("exec contrail " + arguments, settings));
    }

    [[nodiscard]] Ended run(const std::string& arguments) {
        return run_program("contrail " + arguments, settings);
    }

    void wait_for_rides(int count) {
        wait_until(std::to_string(count) + " rides are applied",
                   [&] { return database.value("SELECT count(*) FROM app.rides") == std::to_string(count); });
    }

    json status() { return json::parse(run("status --json").output); }

    const Settings settings = settings_with_topic();
    AdminPostgres database{settings.database_url};
};

TEST_F(KafkaCommands, StreamAndConsumeAndSayHowTheyAre) {
    const auto streamer = start("stream");
    const auto consumer = start("consume mailer --function app.apply");
    stage(1, 20);
    wait_for_rides(20);

    json shown;
    wait_until("the status shows both programs idle", [&] {
        shown = status();
        const json& consumers = shown.at("consumers");
        return shown.at("streamer").at("state") == "idle" && consumers.size() == 1 &&
               consumers[0].at("state") == "idle" && consumers[0].at("lag_records") == 0;
    });
    EXPECT_EQ(shown.at("log").at("head").get<std::string>().substr(14), "20");

    const Ended tail = run("tail --last 3 --format json");
    EXPECT_TRUE(tail.status.success()) << tail.errors;
    EXPECT_THAT(tail.output, HasSubstr(R"("offset":20,)"));  // retention has perhaps trimmed the others

    EXPECT_THAT(run("consumer list").output, HasSubstr("mailer"));
    EXPECT_TRUE(run("trim --dry-run").status.success());
}

TEST_F(KafkaCommands, DiagnoseTheLog) {
    const auto streamer = start("stream");
    stage(1, 5);
    json findings;
    wait_until("the log holds what was staged", [&] {
        findings = json::parse(run("doctor --json").output).at("findings");
        return std::ranges::any_of(findings, [](const json& each) {
            return each.at("check") == "log.place" && each.at("verdict") == "ok";
        });
    });
    for (const json& each : findings) {
        const auto check = each.at("check").get<std::string>();
        EXPECT_FALSE(check.starts_with("redis.")) << each;
        if (check.starts_with("kafka.") || check.starts_with("log.") || check.starts_with("streamer.")) {
            EXPECT_NE(each.at("verdict"), "error") << each;
        }
    }
}

TEST_F(KafkaCommands, RefuseARebuild) {
    const Ended rebuild = run("rebuild");
    EXPECT_EQ(rebuild.status, ExitStatus::exited(78));
    EXPECT_THAT(rebuild.errors, HasSubstr("Cannot rebuild a log in Kafka"));
}

// The steps of docs/scaling.md, with a producer that never stops and a mirror that is killed.
TEST_F(KafkaCommands, MoveALogFromRedisWhileEverythingRuns) {
    Settings old = settings;
    old.log_url = shared_redis().url();
    const auto start_at_old = [&](const std::string& arguments) {
        return servers::ChildProcess(shell("exec contrail " + arguments, old));
    };
    const std::string mirror_to_topic = "mirror --to " + settings.log_url;
    const auto lag_of_mirror = [&] {
        const json consumers =
            json::parse(run_program("contrail consumer list --json", old).output).at("consumers");
        const auto mirror =
            std::ranges::find_if(consumers, [](const json& each) { return each.at("name") == "mirror"; });
        return mirror == consumers.end() ? json() : mirror->at("lag_records");
    };
    auto old_streamer = start_at_old("stream");
    auto consumer = start_at_old("consume mailer --function app.apply");
    stage(1, 20);
    wait_for_rides(20);

    auto killed = start_at_old(mirror_to_topic);
    stage(21, 40);
    killed.signal(SIGKILL);
    killed.wait();
    auto mirror = start_at_old(mirror_to_topic);
    stage(41, 60);
    wait_for_rides(60);
    consumer.end();
    consumer = start("consume mailer --function app.apply");
    stage(61, 80);
    wait_for_rides(80);
    old_streamer.end();
    stage(81, 100);
    wait_until("the mirror has caught up", [&] { return lag_of_mirror() == 0; });
    mirror.end();
    const auto streamer = start("stream");
    wait_for_rides(100);
    stage(101, 120);
    wait_for_rides(120);
    EXPECT_TRUE(run("consumer forget mirror --yes").status.success());
}

}  // namespace contrail::test
