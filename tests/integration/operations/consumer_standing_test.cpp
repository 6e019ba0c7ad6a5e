#include "operations/consumers/standing.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "operations/consumers/standing_text.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Three records in the log, and consumers who have applied some.
class ConsumersStanding : public ::testing::Test {
protected:
    ConsumersStanding() {
        pipeline.stage({"1", "2", "3"});
        pipeline.stream();
        head = log->head();
    }

    /// It reports its position when it reads on, and so the last one when it is started again.
    void consume(const std::string& name) {
        pipeline.consume(name);
        pipeline.consume(name);
    }

    std::vector<ConsumerStanding> standings() { return consumer_standings(database, *log); }

    void note() { (void)outbox->registry().note(log->positions()); }

    Pipeline pipeline;
    Database database{pipeline.settings, "test"};
    std::unique_ptr<Log> log = redis_log(pipeline.settings);
    std::unique_ptr<Outbox> outbox = postgres_outbox(pipeline.settings);
    RecordId head;
};

TEST_F(ConsumersStanding, IsEmptyWithoutConsumers) {
    EXPECT_THAT(standings(), IsEmpty());
}

TEST_F(ConsumersStanding, TellsOfOneThatHasJustReported) {
    consume("mailer");
    ASSERT_THAT(standings(), SizeIs(1));
    EXPECT_EQ(standings().at(0).name.str(), "mailer");
    EXPECT_EQ(standings().at(0).position, head);
    EXPECT_EQ(standings().at(0).state(), ConsumerState::active);
}

TEST_F(ConsumersStanding, IsThatOfTheCheckpointWhereItIsHere) {
    consume("mailer");
    note();
    const std::string second = std::to_string(head.sealed_ms) + "-2";
    pipeline.database.run("UPDATE contrail.checkpoints SET last_id = '" + second + "'");
    EXPECT_EQ(standings().at(0).position.to_string(), second);
    EXPECT_EQ(standings().at(0).lag_records, 1);
}

TEST_F(ConsumersStanding, IsTheLastReportWhereTheCheckpointIsElsewhere) {
    log->report_position(ConsumerName("elsewhere"), {head.sealed_ms, Offset{1}});
    note();
    log->report_position(ConsumerName("elsewhere"), {head.sealed_ms, Offset{2}});
    ASSERT_THAT(standings(), SizeIs(1));
    EXPECT_EQ(standings().at(0).position.offset, Offset{2});
    EXPECT_EQ(standings().at(0).lag_records, 1);
}

TEST_F(ConsumersStanding, OutlivesALogThatWasLost) {
    consume("mailer");
    note();
    pipeline.redis.run({"DEL", pipeline.settings.stream_name + ":positions"});
    ASSERT_THAT(standings(), SizeIs(1));
    EXPECT_EQ(standings().at(0).position, head);
}

TEST_F(ConsumersStanding, TellsWhatOneThatWasCutOffHasMissed) {
    log->report_position(ConsumerName("slow"), {head.sealed_ms, Offset{1}});
    note();
    (void)outbox->registry().mark_cut_off(ConsumerName("slow"), {Offset{2}, Offset{3}, 1'700'000'000'000});
    ASSERT_EQ(standings().at(0).state(), ConsumerState::cut_off);
    EXPECT_EQ(standings().at(0).cut_off, (CutOff{Offset{2}, Offset{3}, 1'700'000'000'000}));
    EXPECT_THAT(to_text(standings(), head), ::testing::HasSubstr("cut off: missed 2 to 3\n"));
}

TEST_F(ConsumersStanding, IsJsonWithStableNames) {
    consume("mailer");
    const auto json = nlohmann::json::parse(to_json(standings(), head, "rides"));
    EXPECT_EQ(json["stream"], "rides");
    EXPECT_EQ(json["head"], head.to_string());
    const auto& consumer = json["consumers"][0];
    EXPECT_EQ(consumer["name"], "mailer");
    EXPECT_EQ(consumer["position"], head.to_string());
    EXPECT_EQ(consumer["lag_records"], 0);
    EXPECT_EQ(consumer["lag_ms"], 0);
    EXPECT_EQ(consumer["moved_ms_ago"], nullptr) << "it is not registered yet";
    EXPECT_EQ(consumer["state"], "active");
}

}  // namespace contrail::test
