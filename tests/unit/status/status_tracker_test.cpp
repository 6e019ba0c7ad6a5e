#include "status/status_tracker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "status/track_events.hpp"
#include "testing/virtual_clock.hpp"

namespace contrail::status {

using namespace std::chrono_literals;
using ::testing::EndsWith;

/// The trackers of a consumer and of a streamer.
class StatusTrackerTest : public ::testing::Test {
protected:
    static RecordId sealed(std::uint64_t ms, std::uint64_t offset) { return {ms, Offset{offset}}; }
    [[nodiscard]] std::uint64_t now_ms() { return clock.unix_ms(); }

    static ProgramState state(const StatusTracker& tracker) {
        const auto status = tracker.status();
        return status ? status->state : ProgramState::unknown;
    }

    void consumer(const ConsumerEvent& event) { track(consuming, event); }
    void streamer(const StreamerEvent& event) { track(streaming, event); }

    testing::VirtualClock clock;
    int changes = 0;
    StatusTracker consuming{ProgramState::consuming, clock, [this] { ++changes; }};
    StatusTracker streaming{ProgramState::streaming, clock, [] {}};
    const Error refused{Retry::call, "Redis is away"};
};

TEST_F(StatusTrackerTest, HasNoStatusBeforeTheFirstEvent) {
    EXPECT_EQ(consuming.status(), std::nullopt);
    EXPECT_EQ(consuming.final_status(), std::nullopt);
}

TEST_F(StatusTrackerTest, IsIdleUntilSomethingIsDoneAndAgainSomeTimeLater) {
    consumer(consumer_event::Located{});
    EXPECT_EQ(state(consuming), ProgramState::idle);
    consumer(consumer_event::Committed{sealed(now_ms(), 1), sealed(now_ms(), 3)});
    EXPECT_EQ(state(consuming), ProgramState::consuming);
    clock.advance(3s);
    EXPECT_EQ(state(consuming), ProgramState::idle);
}

TEST_F(StatusTrackerTest, TellsHowFarAConsumerIsThatReadsAnArchive) {
    consumer(consumer_event::Located{sealed(1, 3)});
    EXPECT_EQ(consuming.status()->replayed, std::nullopt) << "its position beside the log says so";
    consumer(consumer_event::ReadingArchive{sealed(1, 3), sealed(9, 90)});
    EXPECT_EQ(consuming.status()->replayed, sealed(1, 3));
    consumer(consumer_event::Committed{sealed(1, 4), sealed(2, 8)});
    EXPECT_EQ(consuming.status()->replayed, sealed(2, 8));
    consumer(consumer_event::ReadingLog{sealed(9, 90)});
    EXPECT_EQ(consuming.status()->replayed, std::nullopt);
}

TEST_F(StatusTrackerTest, ReportsEachChangeOfStateOnce) {
    consumer(consumer_event::Located{});
    consumer(consumer_event::Committed{sealed(now_ms(), 1), sealed(now_ms(), 1)});
    consumer(consumer_event::Committed{sealed(now_ms(), 2), sealed(now_ms(), 2)});
    consumer(consumer_event::Retrying{refused, 50ms});
    consumer(consumer_event::Retrying{refused, 100ms});
    EXPECT_EQ(changes, 3) << "idle, consuming, retrying";
}

TEST_F(StatusTrackerTest, IsRetryingUntilWorkIsDone) {
    consumer(consumer_event::Located{});
    consumer(consumer_event::Retrying{refused, 50ms});
    consumer(consumer_event::Located{});
    EXPECT_EQ(state(consuming), ProgramState::retrying) << "the next attempt may fail as well";
    consumer(consumer_event::Committed{sealed(now_ms(), 1), sealed(now_ms(), 1)});
    EXPECT_EQ(state(consuming), ProgramState::consuming);
    EXPECT_EQ(consuming.status()->error, "Redis is away") << "it is still the last one";
    EXPECT_EQ(consuming.status()->error_at_ms, now_ms());
}

TEST_F(StatusTrackerTest, IsIdleAfterAFailureOnceAllIsDone) {
    consumer(consumer_event::Retrying{refused, 50ms});
    consumer(consumer_event::Located{});
    consumer(consumer_event::Waiting{});
    EXPECT_EQ(state(consuming), ProgramState::idle);
    streamer(streamer_event::Retrying{refused, 50ms});
    streamer(streamer_event::Located{{}, 0});
    streamer(streamer_event::Waiting{});
    EXPECT_EQ(state(streaming), ProgramState::idle);
}

TEST_F(StatusTrackerTest, IsRetryingWhileTheNextAttemptHangs) {
    consumer(consumer_event::Retrying{Error(Retry::call, "the handler did not answer in time"), 50ms});
    consumer(consumer_event::Located{});
    clock.advance(60s);
    EXPECT_EQ(state(consuming), ProgramState::retrying);
}

TEST_F(StatusTrackerTest, IsRetryingForAsLongAsCallsFail) {
    streamer(streamer_event::Retrying{refused, 5s});
    clock.advance(60s);
    EXPECT_EQ(state(streaming), ProgramState::retrying);
}

TEST_F(StatusTrackerTest, StandsByBehindAnInstanceThatIsFaster) {
    consumer(consumer_event::Located{});
    consumer(consumer_event::Overtaken{});
    consumer(consumer_event::Located{});
    EXPECT_EQ(state(consuming), ProgramState::standing_by);
    clock.advance(3s);
    EXPECT_EQ(state(consuming), ProgramState::idle) << "no other instance is faster any more";
}

TEST_F(StatusTrackerTest, IsStreamingAsSoonAsItLeadsOrTakesOver) {
    streamer(streamer_event::StandingBy{});
    EXPECT_EQ(state(streaming), ProgramState::standing_by);
    streamer(streamer_event::Retrying{refused, 50ms});
    EXPECT_EQ(state(streaming), ProgramState::standing_by) << "it is not the one whose work fails";
    streamer(streamer_event::TakingOver{{}, 5s});
    streamer(streamer_event::Located{{}, 0});
    streamer(streamer_event::BatchAppended{});
    EXPECT_EQ(state(streaming), ProgramState::streaming);
}

TEST_F(StatusTrackerTest, IsHeldBackUntilThereIsRoom) {
    streamer(streamer_event::Located{{}, 0});
    streamer(streamer_event::HeldBack{});
    EXPECT_EQ(state(streaming), ProgramState::held_back);
    streamer(streamer_event::Resumed{});
    EXPECT_EQ(state(streaming), ProgramState::idle);
}

TEST_F(StatusTrackerTest, StaysHalted) {
    consumer(consumer_event::Located{});
    consumer(consumer_event::Halted{Error(Retry::never, "a gap")});
    clock.advance(60s);
    EXPECT_EQ(state(consuming), ProgramState::halted);
    EXPECT_EQ(consuming.final_status()->state, ProgramState::halted);
    EXPECT_EQ(consuming.final_status()->error, "a gap");
}

TEST_F(StatusTrackerTest, LeavesTheStateStoppedUnlessAnotherInstanceWorks) {
    consumer(consumer_event::Located{});
    EXPECT_EQ(consuming.final_status()->state, ProgramState::stopped);
    consumer(consumer_event::Overtaken{});
    EXPECT_EQ(consuming.final_status(), std::nullopt);
}

TEST_F(StatusTrackerTest, MeasuresFromARecordsSealToItsCommit) {
    consumer(consumer_event::Committed{sealed(now_ms() - 40, 1), sealed(now_ms() - 40, 1)});
    EXPECT_NEAR(consuming.status()->latency_p50_ms.value(), 40, 3);
    consumer(consumer_event::Committed{sealed(now_ms() + 10'000, 2), sealed(now_ms() + 10'000, 2)});
    EXPECT_LT(consuming.status()->latency_p50_ms, 41) << "the sealing clock is ahead: no time at all";
}

TEST_F(StatusTrackerTest, ShortensAnErrorToWhatPeopleRead) {
    consumer(consumer_event::Retrying{Error(Retry::call, std::string(100'000, 'x')), 50ms});
    EXPECT_EQ(base::columns_of(consuming.status()->error), 1'000);
    EXPECT_THAT(consuming.status()->error, EndsWith("…"));
}

TEST_F(StatusTrackerTest, NotesWhyARecordWasParkedAndGoesOn) {
    consumer(consumer_event::Parked{
        {.record = {sealed(now_ms(), 7), "create", "ride", "{}"}, .error = "no distance"}});
    EXPECT_EQ(state(consuming), ProgramState::consuming);
    EXPECT_EQ(consuming.status()->error,
              "Parked record " + sealed(now_ms(), 7).to_string() + ": no distance");
}

}  // namespace contrail::status
