#include "status/instance_tracker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/virtual_clock.hpp"

namespace contrail::status {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// An instance that works on the segments 1 and 3 of 4.
class InstanceTrackerTest : public ::testing::Test {
protected:
    InstanceTrackerTest() { claims({4, {1, 3}}); }

    void claims(const ClaimedSegments& claimed) { tracker.track(consumer_event::Claimed{"web-1", claimed}); }
    void commits(Segment segment, std::uint64_t offset) {
        const RecordId last{clock.unix_ms(), Offset{offset}};
        tracker.track(segment, consumer_event::Committed{last, last});
    }
    [[nodiscard]] std::vector<std::uint32_t> numbers() const {
        std::vector<std::uint32_t> numbers;
        const auto status = tracker.status();
        for (const SegmentStatus& segment : status->segments) numbers.push_back(segment.number);
        return numbers;
    }
    [[nodiscard]] ProgramState state() const { return tracker.status()->state; }

    testing::VirtualClock clock;
    InstanceTracker tracker{clock, [] {}};
    const Segment first{1, 4};
    const Segment second{3, 4};
    const Error refused{Retry::never, "no distance"};
};

TEST_F(InstanceTrackerTest, TellsThePlaceAndTheStateOfEachSegment) {
    commits(first, 7);
    tracker.track(second, consumer_event::Halted{refused});
    const auto status = tracker.status();
    EXPECT_EQ(status->instance, "web-1");
    EXPECT_EQ(status->segment_count, 4);
    EXPECT_EQ(status->state, ProgramState::consuming) << "the others go on";
    EXPECT_EQ(status->error, "no distance");
    EXPECT_THAT(status->segments,
                ElementsAre(SegmentStatus{1, ProgramState::consuming, RecordId{clock.unix_ms(), Offset{7}}},
                            SegmentStatus{3, ProgramState::halted, std::nullopt, "no distance"}));
}

TEST_F(InstanceTrackerTest, ForgetsSegmentsThatOthersHave) {
    claims({4, {3}});
    commits(first, 7);  // It completes the batch in hand.
    EXPECT_THAT(numbers(), ElementsAre(3));
    claims({8, {3, 7}});
    commits(second, 7);  // Segment 3 of 4, and not of 8.
    EXPECT_THAT(numbers(), ElementsAre(3, 7));
    EXPECT_EQ(tracker.status()->segments[0].last, std::nullopt);
}

TEST_F(InstanceTrackerTest, IsHaltedWhenEachSegmentIs) {
    tracker.track(first, consumer_event::Halted{refused});
    tracker.track(second, consumer_event::Halted{refused});
    EXPECT_EQ(state(), ProgramState::halted);
    EXPECT_EQ(tracker.final_status()->segments.size(), 2);
}

TEST_F(InstanceTrackerTest, StandsByWhereOthersHaveEachSegment) {
    claims({4, {}});
    EXPECT_EQ(state(), ProgramState::standing_by);
}

TEST_F(InstanceTrackerTest, LeavesNoSegmentsBehindWhenItEnds) {
    tracker.track(first, consumer_event::Retrying{refused, {}});
    EXPECT_EQ(state(), ProgramState::retrying);
    EXPECT_EQ(tracker.final_status()->state, ProgramState::stopped);
    EXPECT_THAT(tracker.final_status()->segments, IsEmpty());
}

TEST_F(InstanceTrackerTest, IsRetryingWhileItCannotClaim) {
    tracker.track(consumer_event::Retrying{refused, {}});
    EXPECT_EQ(state(), ProgramState::retrying);
    claims({4, {1, 3}});
    EXPECT_EQ(state(), ProgramState::idle);
}

}  // namespace contrail::status
