#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>

#include "unit/core/retention_fixture.hpp"

namespace contrail {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// What an operator allows: records, bytes, age. Each cuts off the consumers behind it, and no other.
TEST_F(RetentionTest, CutsOffConsumersBehindALimitOfRecordsAndSaysWhatTheyMissed) {
    publish(10);
    at("behind", 2);
    at("ahead", 8);

    retain({.limits = {.records_max = 4}});

    EXPECT_THAT(offsets(), ElementsAre(9, 10)) << "one is cut off, the other is past 8";
    EXPECT_THAT(cut_offs(), ElementsAre("behind 3-8"));
    const CutOff word = server.cut_offs.at(ConsumerName("behind"));
    EXPECT_EQ(word.first_missed, Offset{3});
    EXPECT_EQ(word.last_missed, Offset{8});
    EXPECT_EQ(outbox.registry().consumers().back().cut_off, word);
}

TEST_F(RetentionTest, LimitsTheMemoryOfTheLog) {
    publish(10);
    at("behind", 2);
    retain({.limits = {.bytes_max = server.bytes() / 2}});
    EXPECT_THAT(offsets(), ElementsAre(6, 7, 8, 9, 10));
    EXPECT_THAT(cut_offs(), ElementsAre("behind 3-5"));
}

TEST_F(RetentionTest, LimitsTheAgeOfRecordsByTheClockThatGaveThemTheirTimes) {
    publish(2);
    publish(2);
    publish(2);
    at("behind", 1);
    const Retention::Options options{.limits = {.age_max = std::chrono::milliseconds(1'500)}};
    for (const int ahead_ms : {900, -900}) {
        database.now_ms = server.head.sealed_ms + 500;
        set_own_clock(database.now_ms + static_cast<std::uint64_t>(ahead_ms));
        retain({.limits = {.age_max = std::chrono::milliseconds(2'600)}});
        EXPECT_THAT(offsets(), ElementsAre(2, 3, 4, 5, 6)) << ahead_ms;
    }
    retain(options);
    EXPECT_THAT(offsets(), ElementsAre(3, 4, 5, 6));
    EXPECT_THAT(cut_offs(), ElementsAre("behind 2-2"));
}

TEST_F(RetentionTest, KeepsAFloorThatEveryConsumerIsPast) {
    for (int batch = 0; batch < 3; ++batch) publish(2);
    at("done", 6);
    retain({.floor = {.records_min = 4}});
    EXPECT_THAT(offsets(), ElementsAre(3, 4, 5, 6));
    EXPECT_LE(released_through(), 2U) << "the outbox can fill the log again with all that the floor keeps";
    retain({.floor = {.bytes_min = server.bytes() / 2}});
    EXPECT_THAT(offsets(), ElementsAre(5, 6));
}

TEST_F(RetentionTest, KeepsAFloorOfAge) {
    for (int batch = 0; batch < 3; ++batch) publish(2);
    at("done", 6);
    const Retention::Options options{.floor = {.age_min = std::chrono::milliseconds(1'500)}};
    database.now_ms = server.head.sealed_ms + 500;
    set_own_clock(database.now_ms + std::uint64_t{3'000});
    retain(options);
    EXPECT_THAT(offsets(), SizeIs(6)) << "nothing tells how old records are";
    EXPECT_EQ(events.count<retention_event::ClocksDisagree>(), 1U);
    set_own_clock(database.now_ms);
    retain(options);
    EXPECT_THAT(offsets(), ElementsAre(3, 4, 5, 6));
    EXPECT_EQ(events.count<retention_event::FloorOverruled>(), 0U);
}

TEST_F(RetentionTest, KeepsWhatAnyFloorAsksFor) {
    for (int batch = 0; batch < 3; ++batch) publish(2);
    at("done", 6);
    database.now_ms = server.head.sealed_ms + 500;
    set_own_clock(database.now_ms);
    retain({.floor = {.records_min = 1, .age_min = std::chrono::milliseconds(1'500)}});
    EXPECT_THAT(offsets(), ElementsAre(3, 4, 5, 6));
}

TEST_F(RetentionTest, KeepsWhatAConsumerNeedsBelowTheFloor) {
    publish(6);
    at("behind", 1);
    retain({.floor = {.records_min = 2}});
    EXPECT_THAT(offsets(), ElementsAre(2, 3, 4, 5, 6));
}

TEST_F(RetentionTest, PutsLimitsAboveTheFloorAndSaysSo) {
    publish(6);
    at("done", 6);
    retain({.limits = {.records_max = 2}, .floor = {.records_min = 4}});
    EXPECT_THAT(offsets(), ElementsAre(5, 6));
    ASSERT_EQ(events.count<retention_event::FloorOverruled>(), 1U) << "told once";
    const auto overruled = events.all<retention_event::FloorOverruled>().front();
    EXPECT_EQ(overruled.floor_from.offset, Offset{3});
    EXPECT_EQ(overruled.allowed_from.offset, Offset{5});
}

TEST_F(RetentionTest, SaysThatTheFloorIsOverruledAsLongAsTheLogLacksWhatItAsksFor) {
    publish(6);
    at("done", 6);
    const auto overruled = [&] { return events.all<retention_event::Planned>().back().floor_overruled; };
    Retention limited = retention({.limits = {.bytes_max = server.bytes() / 2}, .floor = {.records_min = 4}});
    limited.run_once();
    EXPECT_TRUE(overruled());
    limited.run_once();
    EXPECT_TRUE(overruled()) << "the log, which the limit has cut, shows no contradiction";
    EXPECT_EQ(events.count<retention_event::FloorOverruled>(), 1U);
}

TEST_F(RetentionTest, TellsWhatIsNeededKeptAndAllowed) {
    publish(6);
    at("done", 5);
    retention({.floor = {.records_min = 4}}).run_once();
    const auto planned = events.all<retention_event::Planned>().back();
    EXPECT_EQ(planned, (retention_event::Planned{.needed_from = Offset{6}, .floor_from = Offset{3}}));
}

TEST_F(RetentionTest, PutsTheLimitOfALogWithoutConsumersAboveTheFloor) {
    publish(10);
    retain({.floor = {.records_min = 8}, .unregistered_bytes_max = server.bytes() / 2});
    EXPECT_THAT(offsets(), ElementsAre(6, 7, 8, 9, 10));
    EXPECT_EQ(events.count<retention_event::FloorOverruled>(), 1U);
}

TEST_F(RetentionTest, FillsALostLogAgainAsFarBackAsTheFloor) {
    for (int batch = 0; batch < 3; ++batch) publish(2);
    at("done", 6);
    const Retention::Options options{.floor = {.records_min = 4}};
    retain(options);
    server.lose_everything();
    send();
    EXPECT_THAT(offsets(), ::testing::IsSupersetOf({3, 4, 5, 6}));
}

/// A log that loses everything as soon as it was measured.
class LosesAllOnceMeasured : public testing::MemoryLog {
public:
    explicit LosesAllOnceMeasured(testing::MemoryLogServer& server) : MemoryLog(server), server_(server) {}

    LogUsage usage() override {
        const LogUsage usage = MemoryLog::usage();
        server_.lose_everything();
        return usage;
    }

private:
    testing::MemoryLogServer& server_;
};

// Found by simulation: an empty log looked like one whose records are all too old.
TEST_F(RetentionTest, CutsOffNoConsumerForTheAgeOfRecordsThatTheLogHasJustLost) {
    publish(2);
    at("behind", 1);
    LosesAllOnceMeasured losing(server);
    Retention(outbox, losing, clock, {.limits = {.age_max = std::chrono::milliseconds(5'000)}},
              events.listener())
        .run_once();
    EXPECT_THAT(cut_offs(), IsEmpty());
}

TEST_F(RetentionTest, DropsNothingForItsAgeWhileTwoClocksDisagree) {
    publish(2);
    publish(2);
    at("behind", 1);
    const Retention::Options options{.limits = {.age_max = std::chrono::milliseconds(500)}};
    Retention retaining = retention(options);
    for (const int ahead_ms : {3'000, -3'000}) {
        database.now_ms = server.head.sealed_ms + 100;
        set_own_clock(database.now_ms + static_cast<std::uint64_t>(ahead_ms));
        retaining.run_once();
        retaining.run_once();
        EXPECT_THAT(offsets(), ElementsAre(2, 3, 4));
    }
    ASSERT_EQ(events.count<retention_event::ClocksDisagree>(), 1U) << "told once, as long as it lasts";
    EXPECT_EQ(events.all<retention_event::ClocksDisagree>().front().ahead, std::chrono::milliseconds(-3'000));

    set_own_clock(database.now_ms);
    retaining.run_once();
    EXPECT_THAT(offsets(), ElementsAre(3, 4));
    set_own_clock(database.now_ms + 3'000);
    retaining.run_once();
    EXPECT_EQ(events.count<retention_event::ClocksDisagree>(), 2U);
}

TEST_F(RetentionTest, TakesBackItsWordWhenTheConsumerIsPastWhatItMissed) {
    publish(10);
    at("behind", 2);
    retain({.limits = {.records_max = 4}});
    at("behind", 6);  // it was reset, knowingly
    retain({.limits = {.records_max = 4}});
    EXPECT_THAT(server.cut_offs, IsEmpty());
    EXPECT_EQ(outbox.registry().consumers().front().cut_off, std::nullopt);
    EXPECT_THAT(offsets(), ElementsAre(7, 8, 9, 10));
}

// Found by simulation: a consumer that had read on before the drop passed what it was marked to miss, and
// then lacked records that had gone without a mark.
TEST_F(RetentionTest, MarksAConsumerThatIsCutOffWithEverythingThatGoesMeanwhile) {
    publish(10);
    at("behind", 2);
    retain({.limits = {.records_max = 4}});
    publish(5);

    retain({.limits = {.records_max = 4}});

    EXPECT_THAT(offsets(), ElementsAre(12, 13, 14, 15));
    EXPECT_EQ(server.cut_offs.at(ConsumerName("behind")).first_missed, Offset{3});
    EXPECT_EQ(server.cut_offs.at(ConsumerName("behind")).last_missed, Offset{11});
    EXPECT_THAT(cut_offs(), SizeIs(1)) << "it is told once";
}

// Found by simulation: of two that cut a consumer off at once, the one with the narrower view narrowed the
// mark, and the other released more than was marked.
TEST_F(RetentionTest, WidensAMarkAndNeverNarrowsIt) {
    publish(10);
    at("behind", 2);
    retention().plan();  // notes where it is
    const ConsumerName behind("behind");
    EXPECT_TRUE(outbox.registry().mark_cut_off(behind, {Offset{3}, Offset{8}, 1}));
    EXPECT_FALSE(outbox.registry().mark_cut_off(behind, {Offset{3}, Offset{5}, 2}));
    EXPECT_EQ(database.consumers.at(behind).cut_off, (CutOff{Offset{3}, Offset{8}, 2}));
}

TEST_F(RetentionTest, ReleasesNothingBeyondAMark) {
    publish(4);
    publish(4);
    at("behind", 2);
    retention().plan();
    outbox.registry().mark_cut_off(ConsumerName("behind"), {Offset{3}, Offset{4}, 1});
    for (int passes = 0; passes < 3; ++passes) outbox.release(Offset{8});
    EXPECT_LE(released_through(), 4U);
}

TEST_F(RetentionTest, DoesNotMarkAConsumerThatIsPastTheMarkMeanwhile) {
    publish(10);
    at("quick", 9);
    retention().plan();
    EXPECT_FALSE(outbox.registry().mark_cut_off(ConsumerName("quick"), {Offset{3}, Offset{9}, 1}));
    EXPECT_EQ(database.consumers.at(ConsumerName("quick")).cut_off, std::nullopt);
}

TEST_F(RetentionTest, LeavesWordAgainInALogThatWasWiped) {
    publish(10);
    at("behind", 2);
    retain({.limits = {.records_max = 4}});
    server.cut_offs.clear();
    retention().run_once();
    EXPECT_TRUE(server.cut_offs.contains(ConsumerName("behind")));
}

TEST_F(RetentionTest, WarnsOnceAtFourFifthsOfALimit) {
    publish(10);
    at("slow", 3);
    Retention retaining = retention({.limits = {.records_max = 10}});
    retaining.run_once();
    EXPECT_THAT(warnings(), IsEmpty()) << "7 of 10";

    publish(1);
    retaining.run_once();
    retaining.run_once();
    EXPECT_THAT(warnings(), ElementsAre("slow --log-max-records")) << "8 of 10";

    at("slow", 9);
    retaining.run_once();
    publish(6);
    retaining.run_once();
    EXPECT_THAT(warnings(), SizeIs(2)) << "it had got away from it";
}

}  // namespace contrail
