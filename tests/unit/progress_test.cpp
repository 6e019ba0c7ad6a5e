#include "reports/progress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contrail/event_list.hpp"
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

    testing::VirtualClock clock;
    int changes = 0;
    Progress consuming{ProgramState::consuming, clock, [this] { ++changes; }};
    ConsumerProgress consumer{consuming};
    Progress streaming{ProgramState::streaming, clock, [] {}};
    StreamerProgress streamer{streaming};
    const Error refused{Retry::call, "Redis is away"};
};

TEST_F(ProgressTest, HasNothingToReportBeforeAnythingHasHappened) {
    EXPECT_EQ(consuming.report(), std::nullopt);
    EXPECT_EQ(consuming.last_report(), std::nullopt);
}

TEST_F(ProgressTest, IsIdleUntilSomethingIsDoneAndAgainSomeTimeLater) {
    consumer.located({});
    EXPECT_EQ(state(consuming), ProgramState::idle);
    consumer.committed(sealed(now_ms(), 1), sealed(now_ms(), 3));
    EXPECT_EQ(state(consuming), ProgramState::consuming);
    clock.advance(3s);
    EXPECT_EQ(state(consuming), ProgramState::idle);
}

TEST_F(ProgressTest, TellsEachChangeOfStateOnce) {
    consumer.located({});
    consumer.committed(sealed(now_ms(), 1), sealed(now_ms(), 1));
    consumer.committed(sealed(now_ms(), 2), sealed(now_ms(), 2));
    consumer.retrying(refused, 50ms);
    consumer.retrying(refused, 100ms);
    EXPECT_EQ(changes, 3) << "idle, consuming, retrying";
}

TEST_F(ProgressTest, RetriesUntilItGetsOn) {
    consumer.located({});
    consumer.retrying(refused, 50ms);
    consumer.located({});
    EXPECT_EQ(state(consuming), ProgramState::retrying) << "the next attempt may fail as well";
    consumer.committed(sealed(now_ms(), 1), sealed(now_ms(), 1));
    EXPECT_EQ(state(consuming), ProgramState::consuming);
    EXPECT_EQ(consuming.report()->error, "Redis is away") << "it is still the last one";
    EXPECT_EQ(consuming.report()->error_at_ms, now_ms());
}

TEST_F(ProgressTest, IsIdleAfterAFailureThatDoesNotComeAgain) {
    consumer.retrying(refused, 50ms);
    consumer.located({});
    clock.advance(1s);
    EXPECT_EQ(state(consuming), ProgramState::idle);
}

TEST_F(ProgressTest, RetriesForAsLongAsItTakes) {
    streamer.retrying(refused, 5s);
    clock.advance(60s);
    EXPECT_EQ(state(streaming), ProgramState::retrying);
}

TEST_F(ProgressTest, StandsByBehindAnInstanceThatIsFaster) {
    consumer.located({});
    consumer.overtaken();
    consumer.located({});
    EXPECT_EQ(state(consuming), ProgramState::standing_by);
    clock.advance(3s);
    EXPECT_EQ(state(consuming), ProgramState::idle) << "nobody overtakes it any more";
}

TEST_F(ProgressTest, StreamsAsSoonAsItLeadsOrTakesOver) {
    streamer.standing_by();
    EXPECT_EQ(state(streaming), ProgramState::standing_by);
    streamer.retrying(refused, 50ms);
    EXPECT_EQ(state(streaming), ProgramState::standing_by) << "it is not the one whose work fails";
    streamer.taking_over({}, 5s);
    streamer.located({}, 0);
    streamer.batch_appended({});
    EXPECT_EQ(state(streaming), ProgramState::streaming);
}

TEST_F(ProgressTest, IsHeldBackUntilThereIsRoom) {
    streamer.located({}, 0);
    streamer.held_back({});
    EXPECT_EQ(state(streaming), ProgramState::held_back);
    streamer.resumed();
    EXPECT_EQ(state(streaming), ProgramState::idle);
}

TEST_F(ProgressTest, StaysHalted) {
    consumer.located({});
    consumer.halted(Error(Retry::never, "a gap"));
    clock.advance(60s);
    EXPECT_EQ(state(consuming), ProgramState::halted);
    EXPECT_EQ(consuming.last_report()->state, ProgramState::halted);
    EXPECT_EQ(consuming.last_report()->error, "a gap");
}

TEST_F(ProgressTest, SaysThatItStoppedUnlessAnotherOneWorks) {
    consumer.located({});
    EXPECT_EQ(consuming.last_report()->state, ProgramState::stopped);
    consumer.overtaken();
    EXPECT_EQ(consuming.last_report(), std::nullopt);
}

TEST_F(ProgressTest, MeasuresFromARecordsSealToItsCommit) {
    consumer.committed(sealed(now_ms() - 40, 1), sealed(now_ms() - 40, 1));
    EXPECT_NEAR(consuming.report()->latency_p50_ms.value(), 40, 3);
    consumer.committed(sealed(now_ms() + 10'000, 2), sealed(now_ms() + 10'000, 2));
    EXPECT_LT(consuming.report()->latency_p50_ms, 41) << "the sealing clock is ahead: no time at all";
}

TEST_F(ProgressTest, KeepsNoMoreOfAnErrorThanPeopleRead) {
    consumer.retrying(Error(Retry::call, std::string(100'000, 'x')), 50ms);
    EXPECT_EQ(columns_of(consuming.report()->error), 1'000);
    EXPECT_THAT(consuming.report()->error, EndsWith("…"));
}

TEST_F(ProgressTest, NotesWhyARecordWasParkedAndGoesOn) {
    consumer.parked({.record = {sealed(now_ms(), 7), "create", "ride", "{}"}, .error = "no distance"});
    EXPECT_EQ(state(consuming), ProgramState::consuming);
    EXPECT_EQ(consuming.report()->error,
              "Parked record " + sealed(now_ms(), 7).to_string() + ": no distance");
}

TEST_F(ProgressTest, IsOneOfSeveralListeners) {
    Progress other_consuming(ProgramState::consuming, clock, [] {});
    ConsumerProgress other(other_consuming);
    ConsumerEventList both({&consumer, &other});
    both.located({});
    EXPECT_EQ(state(consuming), ProgramState::idle);
    EXPECT_EQ(state(other_consuming), ProgramState::idle);
}

}  // namespace contrail
