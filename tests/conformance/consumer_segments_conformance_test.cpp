// Checkpoints of a consumer's segments, split and merged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/checkpoints_worlds.hpp"
#include "contrail/record_key.hpp"

namespace contrail::test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ConsumerSegmentsConformance : public ::testing::TestWithParam<MakeCheckpointsWorld> {
protected:
    static RecordId id(std::uint64_t offset) { return {1'700'000'000'000, Offset{offset}}; }

    void advance(Segment segment, RecordId to) {
        const auto transaction = checkpoints.begin({name, segment});
        ASSERT_TRUE(transaction->advance(to));
        transaction->commit();
    }

    /// Registered at 10, and split until it has so many.
    void has_segments(std::uint32_t count) {
        advance({}, id(10));
        for (std::uint32_t now = 1; now < count; now *= 2) segments.split(name, now);
    }

    [[nodiscard]] std::vector<SegmentPlace> places() { return segments.places(name); }

    const ConsumerName name{"distance"};
    std::unique_ptr<CheckpointsWorld> world = GetParam()();
    Checkpoints& checkpoints = world->checkpoints();
    ConsumerSegments& segments = world->segments();
};

TEST_P(ConsumerSegmentsConformance, AreNoneOfANewConsumer) {
    EXPECT_THAT(places(), IsEmpty());
    EXPECT_EQ(checkpoints.least(name), std::nullopt);
    EXPECT_EQ(checkpoints.begin(name)->checkpoint(), std::nullopt);
    EXPECT_EQ(checkpoints.begin({name, {1, 2}})->checkpoint(), std::nullopt);
    EXPECT_THROW(segments.split(name, 1), SegmentsChanged);
}

TEST_P(ConsumerSegmentsConformance, AreRegisteredTogether) {
    const auto first = checkpoints.begin({name, {1, 4}});
    ASSERT_TRUE(first->advance(id(10)));
    first->commit();
    EXPECT_THAT(places(), ElementsAre(SegmentPlace{{0, 4}, id(10)}, SegmentPlace{{1, 4}, id(10)},
                                      SegmentPlace{{2, 4}, id(10)}, SegmentPlace{{3, 4}, id(10)}));
}

TEST_P(ConsumerSegmentsConformance, AreRegisteredByOneOfTwo) {
    const auto late = world->other_checkpoints().begin({name, {3, 4}});
    const auto first = checkpoints.begin({name, {1, 2}});
    ASSERT_TRUE(first->advance(id(10)));
    first->commit();
    EXPECT_FALSE(late->advance(id(5)));
    EXPECT_THAT(places(), ElementsAre(SegmentPlace{{0, 2}, id(10)}, SegmentPlace{{1, 2}, id(10)}));
}

TEST_P(ConsumerSegmentsConformance, AreOneOfAnOrdinaryConsumer) {
    advance({}, id(10));
    EXPECT_THAT(places(), ElementsAre(SegmentPlace{{0, 1}, id(10)}));
    EXPECT_EQ(checkpoints.least(name), id(10));
}

TEST_P(ConsumerSegmentsConformance, BeginWhereTheirParentWas) {
    has_segments(2);
    advance({1, 2}, id(20));
    segments.split(name, 2);
    EXPECT_THAT(places(), ElementsAre(SegmentPlace{{0, 4}, id(10)}, SegmentPlace{{1, 4}, id(20)},
                                      SegmentPlace{{2, 4}, id(10)}, SegmentPlace{{3, 4}, id(20)}));
    EXPECT_EQ(checkpoints.least(name), id(10));
}

TEST_P(ConsumerSegmentsConformance, MoveApart) {
    has_segments(2);
    const auto first = checkpoints.begin({name, {0, 2}});
    const auto second = world->other_checkpoints().begin({name, {1, 2}});
    ASSERT_TRUE(second->advance(id(12)));
    second->commit();
    ASSERT_TRUE(first->advance(id(11)));
    first->commit();
    EXPECT_THAT(places(), ElementsAre(SegmentPlace{{0, 2}, id(11)}, SegmentPlace{{1, 2}, id(12)}));
}

TEST_P(ConsumerSegmentsConformance, AreRefusedToProgramsThatKnowAnotherNumber) {
    has_segments(2);
    EXPECT_THROW(checkpoints.begin(name), SegmentsChanged);
    EXPECT_THROW(checkpoints.begin({name, {0, 4}}), SegmentsChanged);
    EXPECT_THROW(checkpoints.begin({name, {3, 4}}), SegmentsChanged);
    EXPECT_THROW(segments.split(name, 1), SegmentsChanged);
    EXPECT_THROW(segments.split(name, 4), SegmentsChanged);
    EXPECT_THROW(segments.merge(name, 4), SegmentsChanged);
    segments.merge(name, 2);
    EXPECT_THROW(checkpoints.begin({name, {1, 2}}), SegmentsChanged);
    EXPECT_EQ(checkpoints.begin(name)->checkpoint(), id(10));
}

TEST_P(ConsumerSegmentsConformance, MergeAtThePlaceOfTheHalfThatIsBehind) {
    has_segments(4);
    advance({1, 4}, id(30));
    advance({2, 4}, id(20));
    segments.merge(name, 4);
    EXPECT_THAT(places(), ElementsAre(SegmentPlace{{0, 2}, id(10), HalfAhead{{2, 4}, id(20)}},
                                      SegmentPlace{{1, 2}, id(10), HalfAhead{{1, 4}, id(30)}}));
    EXPECT_EQ(checkpoints.begin({name, {1, 2}})->ahead(), (HalfAhead{{1, 4}, id(30)}));
}

TEST_P(ConsumerSegmentsConformance, ForgetTheHalfThatWasAheadWhenItIsReached) {
    has_segments(2);
    advance({1, 2}, id(30));
    segments.merge(name, 2);
    advance({}, id(29));
    EXPECT_THAT(places(), ElementsAre(SegmentPlace{{0, 1}, id(29), HalfAhead{{1, 2}, id(30)}}));
    EXPECT_THROW(segments.merge(name, 1), Error);
    advance({}, id(30));
    EXPECT_THAT(places(), ElementsAre(SegmentPlace{{0, 1}, id(30)}));
}

TEST_P(ConsumerSegmentsConformance, DoNotMergeTwiceAtOnce) {
    has_segments(4);
    advance({1, 4}, id(30));
    segments.merge(name, 4);
    try {
        segments.merge(name, 2);
        FAIL() << "merged, and lost what is ahead";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::call);
    }
    advance({1, 2}, id(30));
    segments.merge(name, 2);
    EXPECT_THAT(places(), ElementsAre(SegmentPlace{{0, 1}, id(10), HalfAhead{{1, 2}, id(30)}}));
}

TEST_P(ConsumerSegmentsConformance, AreWhatTheyWereIfAMergeIsSplitAgain) {
    has_segments(2);
    advance({0, 2}, id(30));
    segments.merge(name, 2);
    advance({}, id(15));
    segments.split(name, 1);
    EXPECT_THAT(places(), ElementsAre(SegmentPlace{{0, 2}, id(30)}, SegmentPlace{{1, 2}, id(15)}));
}

TEST_P(ConsumerSegmentsConformance, LeaveNothingAheadAfterAReset) {
    has_segments(2);
    advance({0, 2}, id(30));
    segments.merge(name, 2);
    advance({}, id(5));
    EXPECT_THAT(places(), ElementsAre(SegmentPlace{{0, 1}, id(5)}));
}

TEST_P(ConsumerSegmentsConformance, AreResetTogetherOrNotAtAll) {
    has_segments(4);
    advance({1, 4}, id(30));
    segments.merge(name, 4);
    const auto before = places();
    advance({0, 2}, id(15));
    EXPECT_FALSE(segments.reset(name, before, id(20)));
    EXPECT_EQ(checkpoints.least(name), id(10));
    EXPECT_TRUE(segments.reset(name, places(), id(20)));
    EXPECT_THAT(places(), ElementsAre(SegmentPlace{{0, 2}, id(20)}, SegmentPlace{{1, 2}, id(20)}));
    EXPECT_TRUE(segments.reset(name, places(), id(5)));
    EXPECT_EQ(checkpoints.least(name), id(5));
    const auto of_two = places();
    segments.split(name, 2);
    EXPECT_THROW((void)segments.reset(name, of_two, id(6)), SegmentsChanged);
}

TEST_P(ConsumerSegmentsConformance, RetryTheirOwnDeadLetters) {
    has_segments(2);
    const std::uint64_t hash = key_hash("ride/1");
    const Segment own{static_cast<std::uint32_t>(hash % 2), 2};
    const Segment other{1 - own.number, 2};
    const DeadLetter letter{
        .record = {id(11), "create", "ride", R"({"id": 1})"}, .error = "No.", .first_refused_ms = 1};
    {
        const auto transaction = checkpoints.begin({name, other});
        DeadLetter by_another_key = letter;
        by_another_key.record.id = id(11);
        by_another_key.key_hash = hash + 1;
        transaction->park(by_another_key);
        transaction->commit();
        world->mark(name, id(11));
        EXPECT_FALSE(checkpoints.has_marked({name, own}));
        EXPECT_EQ(checkpoints.begin({name, own})->take_marked(), std::nullopt);
        EXPECT_TRUE(checkpoints.has_marked({name, other}));
        EXPECT_EQ(checkpoints.begin({name, other})->take_marked(), by_another_key);
    }
    advance(own, id(11));
    const auto transaction = checkpoints.begin({name, own});
    DeadLetter by_default = letter;
    by_default.record.id = id(12);
    transaction->park(by_default);
    transaction->commit();
    world->mark(name, id(12));
    EXPECT_TRUE(checkpoints.has_marked({name, own}));
    EXPECT_EQ(checkpoints.begin({name, own})->take_marked(), by_default);
}

INSTANTIATE_TEST_SUITE_P(Memory, ConsumerSegmentsConformance,
                         ::testing::Values(&make_memory_checkpoints_world));
INSTANTIATE_TEST_SUITE_P(Postgres, ConsumerSegmentsConformance,
                         ::testing::Values(&make_postgres_checkpoints_world));

}  // namespace contrail::test
