// A streamer that does not lead: when it takes over, and when it gives way.

#include <gmock/gmock.h>

#include "unit/core/streamer_fixture.hpp"

namespace contrail {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A streamer beside another one that leads, and that works only when the test says so.
class StandingByTest : public StreamerTest {
protected:
    /// As run() does, for so many seconds.
    void stand_by(int seconds) {
        for (int half_seconds = 2 * seconds; half_seconds > 0; --half_seconds) {
            second.run_once();
            clock.advance(Clock::Duration(500));
        }
    }

    OutboxOfAnotherLeader second_outbox{database};
    testing::MemoryLog second_log{server};
    testing::EventRecorder<StreamerEvent> told;
    Streamer leader = streamer();
    Streamer second{second_outbox, second_log, clock, {}, told.listener()};
};

TEST_F(StandingByTest, TakesOverWhenTheLogStandsStillWhileRecordsWait) {
    leader.run_once();
    stage({"a"});
    stand_by(4);
    EXPECT_THAT(logged(), IsEmpty());
    stand_by(3);
    EXPECT_THAT(logged(), ElementsAre("a"));

    stage({"b"});
    second.run_once();
    EXPECT_THAT(logged(), ElementsAre("a", "b"));
    EXPECT_EQ(told.count<streamer_event::TakingOver>(), 1);
}

TEST_F(StandingByTest, TakesOverWhatTheLeaderSealedAndDidNotSend) {
    stage({"a"});
    ASSERT_TRUE(outbox.next(outbox.newest()).has_value());
    stand_by(7);
    EXPECT_THAT(logged(), ElementsAre("a"));
}

TEST_F(StandingByTest, StandsByAsLongAsTheLogMoves) {
    for (int i = 0; i < 10; ++i) {
        stand_by(4);
        stage({"a", "b"});
        leader.run_once();
    }
    EXPECT_EQ(told.count<streamer_event::TakingOver>(), 0);
    EXPECT_EQ(told.count<streamer_event::StandingBy>(), 1);
}

TEST_F(StandingByTest, StandsByWhileNothingWaitsHoweverLong) {
    stage({"a"});
    leader.run_once();
    stand_by(60);
    EXPECT_EQ(told.count<streamer_event::TakingOver>(), 0);
    EXPECT_EQ(told.count<streamer_event::StandingBy>(), 1);
}

TEST_F(StandingByTest, LeavesARecordThatCameAMomentAgoToTheLeader) {
    leader.run_once();
    for (int i = 0; i < 20; ++i) {
        stand_by(1);
        stage({"a"});
        second.run_once();
        leader.run_once();
        stand_by(6);
    }
    EXPECT_EQ(told.count<streamer_event::TakingOver>(), 0);
}

TEST_F(StandingByTest, GivesWayAgainWhenTheLeaderWakes) {
    leader.run_once();
    stage({"a"});
    stand_by(7);
    ASSERT_EQ(told.count<streamer_event::TakingOver>(), 1);

    // The leader wakes, believes that nothing has happened, and is refused; then the other one is.
    stage({"b"});
    drain(leader);
    stage({"c"});
    drain(leader);
    stage({"d"});
    drain(second);
    drain(second);
    EXPECT_EQ(told.count<streamer_event::StandingBy>(), 2);
    drain(leader);
    EXPECT_THAT(logged(), ElementsAre("a", "b", "c", "d"));
    EXPECT_EQ(told.count<streamer_event::TakingOver>(), 1);
}

}  // namespace contrail
