#include "reports/progress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/text.hpp"
#include "reports/program_events.hpp"
#include "testing/virtual_clock.hpp"

namespace contrail {

using namespace std::chrono_literals;
using ::testing::EndsWith;

/// A consumer and a streamer that tell what happens to them.
class ProgressTest : public ::testing::Test {
protected:
    static RecordId sealed(std::uint64_t ms, std::uint64_t offset) { return {ms, Offset{offset}}; }
    [[nodiscard]] std::uint64_t now_ms() { return clock.unix_ms(); }

    static ProgramState state(const Progress& progress) {
        const auto report = progress.report();
        return report ? report->state : ProgramState::unknown;
    }

    void consumer(const ConsumerEvent& event) { track(consuming, event); }
    void streamer(const StreamerEvent& event) { track(streaming, event); }

    testing::VirtualClock clock;
    int changes = 0;
    Progress consuming{ProgramState::consuming, clock, [this] { ++changes; }};
    Progress streaming{ProgramState::streaming, clock, [] {}};
    const Error refused{Retry::call, "Redis is away"};
};

TEST_F(ProgressTest, HasNothingToReportBeforeAnythingHasHappened) {
    EXPECT_EQ(consuming.report(), std::nullopt);
    EXPECT_EQ(consuming.last_report(), std::nullopt);
}

TEST_F(ProgressTest, IsIdleUntilSomethingIsDoneAndAgainSomeTimeLater) {
    consumer(consumer_event::Located{});
    EXPECT_EQ(state(consuming), ProgramState::idle);
    consumer(consumer_event::Committed{sealed(now_ms(), 1), sealed(now_ms(), 3)});
    EXPECT_EQ(state(consuming), ProgramState::consuming);
    clock.advance(3s);
    EXPECT_EQ(state(consuming), ProgramState::idle);
}

TEST_F(ProgressTest, TellsEachChangeOfStateOnce) {
    consumer(consumer_event::Located{});
    consumer(consumer_event::Committed{sealed(now_ms(), 1), sealed(now_ms(), 1)});
    consumer(consumer_event::Committed{sealed(now_ms(), 2), sealed(now_ms(), 2)});
    consumer(consumer_event::Retrying{refused, 50ms});
    consumer(consumer_event::Retrying{refused, 100ms});
    EXPECT_EQ(changes, 3) << "idle, consuming, retrying";
}

TEST_F(ProgressTest, RetriesUntilItGetsOn) {
    consumer(consumer_event::Located{});
    consumer(consumer_event::Retrying{refused, 50ms});
    consumer(consumer_event::Located{});
    EXPECT_EQ(state(consuming), ProgramState::retrying) << "the next attempt may fail as well";
    consumer(consumer_event::Committed{sealed(now_ms(), 1), sealed(now_ms(), 1)});
    EXPECT_EQ(state(consuming), ProgramState::consuming);
    EXPECT_EQ(consuming.report()->error, "Redis is away") << "it is still the last one";
    EXPECT_EQ(consuming.report()->error_at_ms, now_ms());
}

TEST_F(ProgressTest, IsIdleAfterAFailureThatDoesNotComeAgain) {
    consumer(consumer_event::Retrying{refused, 50ms});
    consumer(consumer_event::Located{});
    clock.advance(1s);
    EXPECT_EQ(state(consuming), ProgramState::idle);
}

TEST_F(ProgressTest, RetriesForAsLongAsItTakes) {
    streamer(streamer_event::Retrying{refused, 5s});
    clock.advance(60s);
    EXPECT_EQ(state(streaming), ProgramState::retrying);
}

TEST_F(ProgressTest, StandsByBehindAnInstanceThatIsFaster) {
    consumer(consumer_event::Located{});
    consumer(consumer_event::Overtaken{});
    consumer(consumer_event::Located{});
    EXPECT_EQ(state(consuming), ProgramState::standing_by);
    clock.advance(3s);
    EXPECT_EQ(state(consuming), ProgramState::idle) << "nobody overtakes it any more";
}

TEST_F(ProgressTest, StreamsAsSoonAsItLeadsOrTakesOver) {
    streamer(streamer_event::StandingBy{});
    EXPECT_EQ(state(streaming), ProgramState::standing_by);
    streamer(streamer_event::Retrying{refused, 50ms});
    EXPECT_EQ(state(streaming), ProgramState::standing_by) << "it is not the one whose work fails";
    streamer(streamer_event::TakingOver{{}, 5s});
    streamer(streamer_event::Located{{}, 0});
    streamer(streamer_event::BatchAppended{});
    EXPECT_EQ(state(streaming), ProgramState::streaming);
}

TEST_F(ProgressTest, IsHeldBackUntilThereIsRoom) {
    streamer(streamer_event::Located{{}, 0});
    streamer(streamer_event::HeldBack{});
    EXPECT_EQ(state(streaming), ProgramState::held_back);
    streamer(streamer_event::Resumed{});
    EXPECT_EQ(state(streaming), ProgramState::idle);
}

TEST_F(ProgressTest, StaysHalted) {
    consumer(consumer_event::Located{});
    consumer(consumer_event::Halted{Error(Retry::never, "a gap")});
    clock.advance(60s);
    EXPECT_EQ(state(consuming), ProgramState::halted);
    EXPECT_EQ(consuming.last_report()->state, ProgramState::halted);
    EXPECT_EQ(consuming.last_report()->error, "a gap");
}

TEST_F(ProgressTest, SaysThatItStoppedUnlessAnotherOneWorks) {
    consumer(consumer_event::Located{});
    EXPECT_EQ(consuming.last_report()->state, ProgramState::stopped);
    consumer(consumer_event::Overtaken{});
    EXPECT_EQ(consuming.last_report(), std::nullopt);
}

TEST_F(ProgressTest, MeasuresFromARecordsSealToItsCommit) {
    consumer(consumer_event::Committed{sealed(now_ms() - 40, 1), sealed(now_ms() - 40, 1)});
    EXPECT_NEAR(consuming.report()->latency_p50_ms.value(), 40, 3);
    consumer(consumer_event::Committed{sealed(now_ms() + 10'000, 2), sealed(now_ms() + 10'000, 2)});
    EXPECT_LT(consuming.report()->latency_p50_ms, 41) << "the sealing clock is ahead: no time at all";
}

TEST_F(ProgressTest, KeepsNoMoreOfAnErrorThanPeopleRead) {
    consumer(consumer_event::Retrying{Error(Retry::call, std::string(100'000, 'x')), 50ms});
    EXPECT_EQ(columns_of(consuming.report()->error), 1'000);
    EXPECT_THAT(consuming.report()->error, EndsWith("…"));
}

TEST_F(ProgressTest, NotesWhyARecordWasParkedAndGoesOn) {
    consumer(consumer_event::Parked{
        {.record = {sealed(now_ms(), 7), "create", "ride", "{}"}, .error = "no distance"}});
    EXPECT_EQ(state(consuming), ProgramState::consuming);
    EXPECT_EQ(consuming.report()->error,
              "Parked record " + sealed(now_ms(), 7).to_string() + ": no distance");
}

}  // namespace contrail
