// `contrail consume --segments`: several processes share the segments of a consumer, which are split and merged
// meanwhile.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <set>

#include "integration/cli/run_program.hpp"
#include "integration/consume/running_consumer.hpp"
#include "operations/status/status_poller.hpp"
#include "support/pipeline.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A function that notes each record with the one before it of the same key. It reads and then writes, so two
/// transactions that work on one key at once would be seen.
class Partitioned : public ::testing::Test {
protected:
    Partitioned() {
        pipeline.database.run(
            "CREATE SCHEMA app;"
            "CREATE TABLE app.effects (record_offset bigint, key text, previous bigint);"
            "CREATE TABLE app.fixed ();"
            "CREATE TABLE app.last (key text PRIMARY KEY, record_offset bigint);"
            "CREATE FUNCTION app.apply(records jsonb) RETURNS void LANGUAGE plpgsql AS $$"
            "DECLARE r jsonb; previous bigint; BEGIN"
            "  FOR r IN SELECT * FROM jsonb_array_elements(records) LOOP"
            "    IF r->'data' ? 'bad' AND NOT EXISTS (SELECT FROM app.fixed) THEN"
            "      RAISE EXCEPTION 'a bad record';"
            "    END IF;"
            "    SELECT record_offset INTO previous FROM app.last WHERE key = r->'data'->>'id';"
            "    INSERT INTO app.effects VALUES ((r->>'offset')::bigint, r->'data'->>'id', previous);"
            "    INSERT INTO app.last VALUES (r->'data'->>'id', (r->>'offset')::bigint)"
            "    ON CONFLICT (key) DO UPDATE SET record_offset = excluded.record_offset;"
            "  END LOOP; END $$");
    }

    /// Of 40 keys by turns.
    void log_holds(int count) {
        std::vector<std::string> rides;
        for (int i = 0; i < count; ++i) rides.push_back(R"({"id": )" + std::to_string(last++ % 40) + '}');
        pipeline.stage(rides);
        pipeline.stream();
    }

    std::string value(const std::string& query) { return pipeline.database.value(query); }

    void wait_for_shares(const std::string& shares) {
        wait_until("the instances share " + shares, [&] {
            return value(
                       "SELECT string_agg(cardinality(segments)::text, ' ' ORDER BY cardinality(segments) DESC) "
                       "FROM contrail.consumer_instances") == shares;
        });
    }

    void wait_for_all() {
        wait_until("all records are applied", [&] {
            return value("SELECT count(DISTINCT record_offset) FROM app.effects") == std::to_string(last);
        });
    }

    void expect_each_once_in_the_order_of_its_key() {
        EXPECT_EQ(value("SELECT count(*) FROM app.effects"), std::to_string(last));
        EXPECT_EQ(
            value(
                "SELECT count(*) FROM (SELECT previous, lag(record_offset) OVER (PARTITION BY key ORDER BY "
                "record_offset) AS expected FROM app.effects) AS each WHERE previous IS DISTINCT FROM expected"),
            "0");
    }

    [[nodiscard]] Ended run(const std::string& line) {
        return run_program("contrail " + line, pipeline.settings);
    }

    /// Once earlier merges have ended.
    void change_segments(const std::string& how) {
        wait_until("it is done: " + how,
                   [&] { return run("consumer " + how + " parts --execute").output.ends_with("done\n"); });
    }

    static constexpr auto started_as = "parts --function app.apply --segments 4 --batch-records-max 7";
    int last = 0;
    Pipeline pipeline;
};

TEST_F(Partitioned, AppliesEachRecordOnceAndInOrderThroughKillsSplitsAndMerges) {
    RunningConsumer first(started_as, pipeline.settings);
    RunningConsumer second(started_as, pipeline.settings);
    wait_for_shares("2 2");
    for (const char* change : {"split", "split", "merge", "split", "merge", "merge", "merge"}) {
        log_holds(200);
        first.restart_after_kill();
        change_segments(change);
        second.process().signal(SIGSTOP);
        log_holds(200);
        second.process().signal(SIGCONT);
        change_segments(std::string(change) == "split" ? "merge" : "split");
        change_segments(change);
    }
    wait_for_all();
    expect_each_once_in_the_order_of_its_key();
    EXPECT_EQ(value("SELECT count(*) FROM contrail.checkpoints"), "2") << "4 * 2 * 2 / 2 * 2 / 2 / 2 / 2";
}

TEST_F(Partitioned, TakesOverFromAFrozenProcessAndSharesAgainWhenItWakes) {
    RunningConsumer first(started_as, pipeline.settings);
    wait_for_shares("4");
    RunningConsumer second(started_as, pipeline.settings);
    wait_for_shares("2 2");
    second.process().signal(SIGSTOP);
    wait_for_shares("4");
    second.process().signal(SIGCONT);
    wait_for_shares("2 2");
    log_holds(100);
    wait_for_all();
    expect_each_once_in_the_order_of_its_key();
}

TEST_F(Partitioned, HandsOverWhenItIsTerminated) {
    RunningConsumer first(started_as, pipeline.settings);
    RunningConsumer second(started_as, pipeline.settings);
    wait_for_shares("2 2");
    log_holds(500);
    first.process().signal(SIGTERM);
    EXPECT_TRUE(first.process().wait().success());
    wait_for_shares("4");
    wait_for_all();
    expect_each_once_in_the_order_of_its_key();
}

TEST_F(Partitioned, ShowsItsSegmentsInTheStatus) {
    RunningConsumer first(started_as, pipeline.settings);
    const RunningConsumer second(started_as, pipeline.settings);
    wait_for_shares("2 2");
    log_holds(40);
    wait_for_all();
    operations::StatusPoller poller(pipeline.settings);
    const auto shows = [&](ProgramState state, std::size_t instances) {
        wait_until("the status shows its segments", [&] {
            std::set<std::string> names;
            const auto consumers = poller.poll().consumers;
            if (consumers.size() != 1 || consumers[0].state != state) return false;
            for (const auto& segment : consumers[0].segments) {
                if (!segment.last || segment.last->offset != Offset{40} || segment.lag_records != 0)
                    return false;
                if (!segment.instance.empty()) names.insert(segment.instance);
            }
            return consumers[0].segments.size() == 4 && names.size() == instances;
        });
    };
    shows(ProgramState::idle, 2);
    first.process().signal(SIGTERM);
    EXPECT_TRUE(first.process().wait().success());
    shows(ProgramState::idle, 1);
}

TEST_F(Partitioned, WorksOnNoMoreSegmentsThanItHasWorkers) {
    const RunningConsumer first(std::string(started_as) + " --workers 1", pipeline.settings);
    wait_for_shares("1");
    const RunningConsumer second(started_as, pipeline.settings);
    wait_for_shares("3 1");
}

TEST_F(Partitioned, HaltsOnlyTheSegmentOfARecordThatIsAtFault) {
    const RunningConsumer consumer("parts --function app.apply --segments 4 --handler-attempts-max 1",
                                   pipeline.settings);
    pipeline.stage({R"({"id": 1, "bad": true})"});
    pipeline.stream();
    consumer.wait_for_log("this segment halts, and the others go on");
    log_holds(40);
    wait_until("the other segments have applied theirs", [&] {
        return value("SELECT count(*) FROM contrail.checkpoints WHERE last_offset = 41") == "3";
    });
    EXPECT_EQ(value("SELECT count(*) FROM contrail.checkpoints WHERE last_offset = 0"), "1");
    EXPECT_EQ(value("SELECT count(*) FROM app.effects WHERE key = '1'"), "0");
}

TEST_F(Partitioned, ParksARecordInItsSegmentOnlyAndRetriesItThere) {
    const RunningConsumer consumer(
        "parts --function app.apply --segments 4 --handler-attempts-max 1 --on-refusal park",
        pipeline.settings);
    pipeline.stage({R"({"id": 1, "bad": true})"});
    pipeline.stream();
    log_holds(40);
    wait_for_all();
    wait_until("each segment is past them", [&] {
        return value("SELECT count(*) FROM contrail.checkpoints WHERE last_offset = 41") == "4";
    });
    EXPECT_EQ(value("SELECT string_agg(record_offset::text, ' ') FROM contrail.dead_letters"), "1");
    pipeline.database.run("INSERT INTO app.fixed DEFAULT VALUES");
    EXPECT_TRUE(run("dead-letters retry parts --all").status.success());
    wait_until("it is applied",
               [&] { return value("SELECT count(*) FROM app.effects WHERE record_offset = 1") == "1"; });
    EXPECT_EQ(value("SELECT count(*) FROM contrail.dead_letters"), "0");
}

TEST_F(Partitioned, IsResetAndForgottenAsAWhole) {
    RunningConsumer consumer(started_as, pipeline.settings);
    log_holds(40);
    wait_for_all();
    consumer.process().signal(SIGTERM);
    EXPECT_TRUE(consumer.process().wait().success());

    EXPECT_THAT(run("consumer reset parts --to earliest").output,
                HasSubstr("Checkpoints of the 4 segments of consumer 'parts'"));
    EXPECT_EQ(value("SELECT min(last_offset) FROM contrail.checkpoints"), "40");
    EXPECT_TRUE(run("consumer reset parts --to earliest --execute").output.ends_with("done\n"));
    EXPECT_EQ(value("SELECT max(last_offset) FROM contrail.checkpoints"), "0");
    EXPECT_EQ(value("SELECT count(*) FROM contrail.checkpoints"), "4");

    EXPECT_TRUE(run("consumer forget parts --yes").status.success());
    EXPECT_THAT(operations::StatusPoller(pipeline.settings).poll().consumers, IsEmpty());
}

TEST_F(Partitioned, RefusesAProgramThatKnowsNothingOfSegments) {
    log_holds(1);
    {
        const RunningConsumer consumer("parts --function app.apply", pipeline.settings);
        wait_for_all();
    }
    const Ended dry = run("consumer split parts");
    EXPECT_THAT(dry.output, HasSubstr("Consumer 'parts' has 1 segment, and will have 2 segments."));
    EXPECT_THAT(dry.output, HasSubstr("Nothing was changed. To do it, add --execute."));
    EXPECT_TRUE(run("consumer split parts --execute").status.success());
    EXPECT_THAT(run("consumer segments parts").output, HasSubstr("1/2"));
    EXPECT_THAT(run("consumer segments parts --json").output, HasSubstr(R"("segment":1,"checkpoint")"));

    const Ended refused = run("consume parts --function app.apply");
    EXPECT_TRUE(refused.status.has_code(78)) << refused.errors;
    EXPECT_THAT(refused.errors, HasSubstr("consumer parts of log " + pipeline.settings.stream_name +
                                          " has 2 segments, not 1"));
    EXPECT_THAT(run("consumer merge parts --execute").output, HasSubstr("will have 1 segment."));
    EXPECT_TRUE(run("consumer merge parts --execute").status.has_code(78));
}

}  // namespace contrail::test
