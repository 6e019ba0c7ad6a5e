// A hundred thousand keys, applied by three processes that are killed and frozen at random while the segments are split
// and merged. The seed decides everything but what the machine does.

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <memory>
#include <random>

#include "integration/cli/run_program.hpp"
#include "integration/consume/running_consumer.hpp"
#include "support/pipeline.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

/// Each key has two records, about a thousand records apart. The effects are numbered in the order in which they
/// happen.
class ManyKeys : public ::testing::Test {
protected:
    ManyKeys() {
        pipeline.database.run(
            "CREATE SCHEMA app;"
            "CREATE TABLE app.effects (happened bigserial, record_offset bigint, key bigint);"
            "CREATE FUNCTION app.apply(records jsonb) RETURNS void LANGUAGE sql AS $$"
            "  INSERT INTO app.effects (record_offset, key)"
            "  SELECT (r->>'offset')::bigint, (r->'data'->>'id')::bigint"
            "  FROM jsonb_array_elements(records) WITH ORDINALITY AS each (r, place) ORDER BY place $$");
    }

    void log_holds_more() {
        pipeline.database.run(
            "INSERT INTO contrail.staged_log_records (action, object, data)"
            "SELECT 'create', 'thing',"
            "       jsonb_build_object('id', CASE i % 2 WHEN 0 THEN i / 2 ELSE (i / 2 + 99500) % 100000 END)"
            "FROM generate_series(" +
            std::to_string(staged) + ", " + std::to_string(staged + records_per_round - 1) + ") AS i");
        staged += records_per_round;
        pipeline.stream();
    }

    void wait_for(int offset) {
        wait_until("the segment furthest behind has come that far", [&] {
            return pipeline.database.value("SELECT count(*) FROM contrail.checkpoints WHERE last_offset < " +
                                           std::to_string(offset)) == "0";
        });
    }

    /// Once an earlier merge has ended.
    void change_segments() {
        const bool splits =
            pipeline.database.value("SELECT count(*) FROM contrail.checkpoints") == "2" || random() % 2 == 0;
        const std::string line =
            std::string("contrail consumer ") + (splits ? "split" : "merge") + " parts --execute";
        wait_until("it is done: " + line,
                   [&] { return run_program(line, pipeline.settings).output.ends_with("done\n"); });
    }

    RunningConsumer& any() { return *consumers[random() % consumers.size()]; }

    static constexpr int keys = 100'000;
    static constexpr int rounds = 4;
    static constexpr int records_per_round = 2 * keys / rounds;

    std::mt19937 random{20'261'127};
    int staged = 0;
    Pipeline pipeline;
    std::array<std::unique_ptr<RunningConsumer>, 3> consumers;
};

TEST_F(ManyKeys, AreAppliedOnceAndInTheirOrder) {
    for (auto& each : consumers)
        each = std::make_unique<RunningConsumer>(
            "parts --function app.apply --segments 4 --batch-records-max 100", pipeline.settings);
    for (int round = 0; round < rounds; ++round) {
        RunningConsumer& frozen = any();
        frozen.process().signal(SIGSTOP);
        log_holds_more();
        frozen.process().signal(SIGCONT);
        change_segments();
        // It takes others three seconds to take over, and the test would take long.
        if (round % 2 == 0) any().restart_after_kill();
        wait_for(staged - records_per_round);
    }
    wait_for(staged);

    const auto value = [&](const std::string& query) { return pipeline.database.value(query); };
    EXPECT_EQ(value("SELECT count(*) FROM app.effects"), std::to_string(2 * keys));
    EXPECT_EQ(value("SELECT count(DISTINCT record_offset) FROM app.effects"), std::to_string(2 * keys));
    EXPECT_EQ(value("SELECT count(DISTINCT key) FROM app.effects"), std::to_string(keys));
    EXPECT_EQ(
        value(
            "SELECT count(*) FROM (SELECT record_offset, lag(record_offset) OVER (PARTITION BY key ORDER BY "
            "happened) AS before FROM app.effects) AS each WHERE before > record_offset"),
        "0")
        << "each key keeps its order";
}

}  // namespace contrail::test
