#include "operations/consumers/progress.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "operations/consumers/progress_text.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Three records in the log, and consumers that have applied some.
class ConsumersOfALog : public ::testing::Test {
protected:
    ConsumersOfALog() {
        pipeline.stage({"1", "2", "3"});
        pipeline.stream();
        head = log->head();
    }

    /// It reports its position when it reads on, and so the last one when it is started again.
    void consume(const std::string& name) {
        pipeline.consume(name);
        pipeline.consume(name);
    }

    std::vector<operations::ConsumerProgress> progress() { return consumer_progress(database, *log); }

    void note() {
        const auto reported = log->reports().positions;
        (void)outbox->registry().note({reported.begin(), reported.end()});
    }

    Pipeline pipeline;
    operations::Database database{pipeline.settings, "test"};
    std::unique_ptr<Log> log = redis_log(pipeline.settings);
    std::unique_ptr<Outbox> outbox = postgres_outbox(pipeline.settings);
    RecordId head;
};

TEST_F(ConsumersOfALog, IsEmptyWithoutConsumers) {
    EXPECT_THAT(progress(), IsEmpty());
}

TEST_F(ConsumersOfALog, TellsOfOneThatHasJustReported) {
    consume("mailer");
    ASSERT_THAT(progress(), SizeIs(1));
    EXPECT_EQ(progress().at(0).name.str(), "mailer");
    EXPECT_EQ(progress().at(0).position, head);
    EXPECT_EQ(progress().at(0).state(), ProgramState::idle);
}

TEST_F(ConsumersOfALog, IsThatOfTheCheckpointWhereItIsHere) {
    consume("mailer");
    note();
    const std::string second = std::to_string(head.sealed_ms) + "-2";
    pipeline.database.run("UPDATE contrail.checkpoints SET last_id = '" + second + "'");
    EXPECT_EQ(progress().at(0).position.to_string(), second);
    EXPECT_EQ(progress().at(0).lag_records, 1);
}

TEST_F(ConsumersOfALog, IsTheLastReportWhereTheCheckpointIsElsewhere) {
    log->report_position(ConsumerName("elsewhere"), {head.sealed_ms, Offset{1}});
    note();
    log->report_position(ConsumerName("elsewhere"), {head.sealed_ms, Offset{2}});
    ASSERT_THAT(progress(), SizeIs(1));
    EXPECT_EQ(progress().at(0).position.offset, Offset{2});
    EXPECT_EQ(progress().at(0).lag_records, 1);
}

TEST_F(ConsumersOfALog, OutlivesALogThatWasLost) {
    consume("mailer");
    note();
    pipeline.redis.run({"DEL", pipeline.settings.stream_name + ":positions"});
    ASSERT_THAT(progress(), SizeIs(1));
    EXPECT_EQ(progress().at(0).position, head);
}

TEST_F(ConsumersOfALog, TellsWhatOneThatWasCutOffHasMissed) {
    log->report_position(ConsumerName("slow"), {head.sealed_ms, Offset{1}});
    note();
    (void)outbox->registry().mark_cut_off(ConsumerName("slow"), {Offset{2}, Offset{3}, 1'700'000'000'000});
    ASSERT_EQ(progress().at(0).state(), ProgramState::cut_off);
    EXPECT_EQ(progress().at(0).cut_off, (CutOff{Offset{2}, Offset{3}, 1'700'000'000'000}));
    EXPECT_THAT(to_text(progress(), head), ::testing::HasSubstr("cut off: missed offsets 2 to 3\n"));
}

TEST_F(ConsumersOfALog, TellsWhichOneWasForgottenAndCameBack) {
    const ConsumerName old("old");
    log->report_position(old, {head.sealed_ms, Offset{1}});
    note();
    EXPECT_EQ(progress().at(0).forgotten_ago, std::nullopt);
    outbox->registry().forget(old);
    note();
    EXPECT_TRUE(progress().at(0).came_back());
    EXPECT_THAT(to_text(progress(), head), ::testing::HasSubstr(", forgotten "));

    log->report_position(old, {head.sealed_ms, Offset{2}});
    note();
    EXPECT_EQ(progress().at(0).forgotten_ago, std::nullopt) << "it moves, so it runs";
}

TEST_F(ConsumersOfALog, TellsTheDatabaseOfTheCheckpoint) {
    consume("mailer");
    (void)outbox->registry().note(
        {{ConsumerName("mailer"), {head, log->reports().owner_of(ConsumerName("mailer"))}}});
    EXPECT_THAT(progress().at(0).owner, ::testing::HasSubstr("database \""));
    EXPECT_EQ(nlohmann::json::parse(to_json(progress(), head, "rides"))["consumers"][0]["owner"],
              progress().at(0).owner);
}

TEST_F(ConsumersOfALog, IsJsonWithStableNames) {
    consume("mailer");
    const auto json = nlohmann::json::parse(to_json(progress(), head, "rides"));
    EXPECT_EQ(json["stream"], "rides");
    EXPECT_EQ(json["head"], head.to_string());
    const auto& consumer = json["consumers"][0];
    EXPECT_EQ(consumer["name"], "mailer");
    EXPECT_EQ(consumer["position"], head.to_string());
    EXPECT_EQ(consumer["lag_records"], 0);
    EXPECT_EQ(consumer["lag_ms"], 0);
    EXPECT_EQ(consumer["moved_ms_ago"], nullptr) << "it is not registered yet";
    EXPECT_EQ(consumer["state"], "idle");
}

}  // namespace contrail::test
