#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/outbox_conformance.hpp"
#include "contrail/error.hpp"

namespace contrail::test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Property;
using ::testing::Throws;

class OutboxRelease : public OutboxConformance {
protected:
    void consumer_is_at(const std::string& name, RecordId position) {
        outbox.registry().note({{ConsumerName(name), position}});
    }
};

TEST_P(OutboxRelease, FindsNothingToLetGoInAnEmptyOutbox) {
    EXPECT_EQ(outbox.release(Offset{0}).segments_emptied, 0U);
    EXPECT_EQ(outbox.release(Offset{100}).segments_emptied, 0U);
    EXPECT_EQ(outbox.base(), Batch{});
}

TEST_P(OutboxRelease, LetsGoOfWholeBatches) {
    stage_and_seal({"1", "2"});
    const Batch second = stage_and_seal({"3"});

    const Released released = outbox.release(Offset{3});

    EXPECT_EQ(released.segments_emptied, 1U);
    EXPECT_THAT(released.obstacle, IsEmpty());
    EXPECT_EQ(outbox.base(), second);
    EXPECT_EQ(outbox.newest(), second);
    EXPECT_EQ(outbox.find(Offset{1}), std::nullopt);
    EXPECT_EQ(outbox.find(Offset{3}), std::nullopt);
}

TEST_P(OutboxRelease, LetsNothingGoWhileOnlyAPartOfABatchMay) {
    const Batch batch = stage_and_seal({"1", "2"});
    EXPECT_EQ(outbox.release(Offset{1}).segments_emptied, 0U);
    EXPECT_EQ(outbox.base().number, 0);
    EXPECT_THAT(data_of(batch), ElementsAre("1", "2"));
}

TEST_P(OutboxRelease, CountsTheNewestBatchIfNoStreamerHas) {
    stage({"1", "2"});
    outbox.next(outbox.newest());
    EXPECT_EQ(outbox.release(Offset{2}).segments_emptied, 1U);
    EXPECT_EQ(outbox.base().last, Offset{2});
}

TEST_P(OutboxRelease, KeepsASegmentForALaterRecordInIt) {
    const Batch first = stage_and_seal({"1"});
    const Batch second = stage_and_seal({"2"});

    EXPECT_EQ(outbox.release(first.last).segments_emptied, 0U);

    EXPECT_EQ(outbox.base().number, 0);
    EXPECT_EQ(outbox.find(Offset{1}), first) << "what is held can be sent again";
    EXPECT_THAT(data_of(first), ElementsAre("1"));
    EXPECT_THAT(data_of(second), ElementsAre("2"));
}

TEST_P(OutboxRelease, KeepsASegmentForARecordThatIsNotSealedYet) {
    const Batch first = stage_and_seal({"1"});
    stage({"2"});
    EXPECT_EQ(outbox.release(Offset{100}).segments_emptied, 0U);
    EXPECT_THAT(data_of(seal()), ElementsAre("2"));
    EXPECT_THAT(data_of(first), ElementsAre("1"));
}

TEST_P(OutboxRelease, EmptiesASegmentBesideOthersInUse) {
    const Batch first = stage_and_seal({"1"});
    const Batch second = stage_and_seal({"2"});
    outbox.release(first.last);  // turns to another segment
    const Batch third = stage_and_seal({"3"});

    EXPECT_EQ(outbox.release(second.last).segments_emptied, 1U);

    EXPECT_EQ(outbox.base(), second);
    EXPECT_EQ(outbox.find(Offset{2}), std::nullopt);
    EXPECT_EQ(outbox.find(Offset{3}), third);
    EXPECT_THAT(data_of(third), ElementsAre("3"));
}

TEST_P(OutboxRelease, GoesOnAfterTheBase) {
    stage_and_seal({"1", "2"});
    outbox.release(Offset{2});
    const Batch base = outbox.base();
    EXPECT_EQ(outbox.next(base), std::nullopt);

    const Batch next = stage_and_seal({"3"});

    EXPECT_EQ(next.number, base.number + 1);
    EXPECT_EQ(next.first, Offset{3});
    EXPECT_THAT(data_of(next), ElementsAre("3"));
    EXPECT_EQ(world->other_outbox().next(base)->number, next.number);
}

TEST_P(OutboxRelease, NeverNumbersAnewWhatWasReleased) {
    const Batch first = stage_and_seal({"1"});
    const Batch second = stage_and_seal({"2"});
    outbox.release(Offset{2});
    const auto in_doubt = Throws<Error>(Property(&Error::retry, Retry::in_doubt));
    EXPECT_THAT([&] { outbox.read(first, Offset{1}); }, in_doubt);
    EXPECT_THAT([&] { outbox.read(second, Offset{2}); }, in_doubt) << "the base";
    EXPECT_THAT([&] { outbox.next(first); }, in_doubt);
    EXPECT_EQ(outbox.newest(), second) << "and serves on";
}

TEST_P(OutboxRelease, LeavesASegmentIntoWhichATransactionIsStaging) {
    const auto late = world->begin();
    late->stage("1");
    const Batch batch = stage_and_seal({"2"});

    for (int attempt = 0; attempt < 2; ++attempt) {
        const Released released = outbox.release(batch.last);
        EXPECT_EQ(released.segments_emptied, 0U);
        EXPECT_THAT(released.obstacle, Not(IsEmpty()));
    }
    EXPECT_EQ(outbox.base().number, batch.number) << "the batches go all the same";

    late->commit();
    EXPECT_THAT(outbox.release(batch.last).obstacle, IsEmpty()) << "now it is needed";
    const Batch second = seal();
    EXPECT_THAT(data_of(second), ElementsAre("1"));
    EXPECT_EQ(outbox.release(second.last).segments_emptied, 1U);
}

TEST_P(OutboxRelease, LetsGoOfWhatRolledBack) {
    world->begin()->stage("1");
    const Batch batch = stage_and_seal({"2"});
    EXPECT_EQ(outbox.release(batch.last).segments_emptied, 1U);
}

TEST_P(OutboxRelease, KeepsWhatAConsumerNeeds) {
    const Batch first = stage_and_seal({"1"});
    const Batch second = stage_and_seal({"2"});
    consumer_is_at("fast", second.last_id());
    consumer_is_at("slow", first.last_id());

    EXPECT_EQ(outbox.release(Offset{2}).segments_emptied, 0U);
    EXPECT_THAT(data_of(second), ElementsAre("2"));

    consumer_is_at("slow", second.last_id());
    EXPECT_EQ(outbox.release(Offset{2}).segments_emptied, 1U);
}

TEST_P(OutboxRelease, KeepsNothingForAConsumerThatWasCutOff) {
    const Batch batch = stage_and_seal({"1"});
    consumer_is_at("dead", {});
    outbox.registry().mark_cut_off(ConsumerName("dead"), {Offset{1}, Offset{1}, 1});
    EXPECT_EQ(outbox.release(batch.last).segments_emptied, 1U);
}

TEST_P(OutboxRelease, IsForAnyNumberOfProcesses) {
    for (int i = 1; i <= 6; ++i) {
        const Batch batch = stage_and_seal({std::to_string(i)});
        outbox.release(batch.last);
        world->other_outbox().release(batch.last);
        EXPECT_EQ(world->other_outbox().base(), outbox.base());
    }
    EXPECT_GT(outbox.base().number, 3);
}

INSTANTIATE_TEST_SUITE_P(Memory, OutboxRelease, ::testing::Values(&make_memory_outbox_world));
INSTANTIATE_TEST_SUITE_P(Postgres, OutboxRelease, ::testing::Values(&make_postgres_outbox_world));

}  // namespace contrail::test
