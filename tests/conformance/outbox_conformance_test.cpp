#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "conformance/outbox_conformance.hpp"

namespace contrail::test {

using ::testing::ElementsAre;

TEST_P(OutboxConformance, BeginsWithAnEmptyBatchOfNumberZero) {
    EXPECT_EQ(outbox.newest(), (Batch{0, 0, Offset{1}, Offset{0}}));
}

TEST_P(OutboxConformance, SealsNothingWhenNothingIsStaged) {
    EXPECT_EQ(outbox.next(outbox.newest()), std::nullopt);
    stage({"1"});
    seal();
    EXPECT_EQ(outbox.next(outbox.newest()), std::nullopt);
}

TEST_P(OutboxConformance, SealsWhatIsStagedUnderDenseOffsets) {
    stage({"1", "2"});
    const auto first = outbox.next(outbox.newest());
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(first->number, 1);
    EXPECT_EQ(first->first, Offset{1});
    EXPECT_EQ(first->last.value_or(Offset{2}), Offset{2});
    EXPECT_EQ(outbox.newest().last, Offset{2});

    stage({"3"});
    const Batch second = seal();
    EXPECT_EQ(second.number, 2);
    EXPECT_EQ(second.first, Offset{3});
    EXPECT_EQ(second.last, Offset{3});
    EXPECT_GE(second.sealed_ms, first->sealed_ms);
}

TEST_P(OutboxConformance, GivesRecordsTheirIdActionObjectAndData) {
    stage({R"({"id": 1})"});
    const Batch batch = seal();
    EXPECT_THAT(read(batch, batch.first),
                ElementsAre(Record{{batch.sealed_ms, Offset{1}}, "create", "ride", R"({"id": 1})"}));
}

TEST_P(OutboxConformance, ReadsABatchTheSameEveryTimeAndFromAnyRecord) {
    stage({"1", "2", "3", "4"});
    const Batch batch = seal();
    stage({"5"});
    seal();

    const auto whole = read(batch, Offset{1});
    EXPECT_EQ(read(batch, Offset{1}), whole);
    for (std::uint64_t from = 1; from <= 5; ++from) {
        const std::vector<Record> rest(whole.begin() + static_cast<std::ptrdiff_t>(from - 1), whole.end());
        EXPECT_EQ(read(batch, Offset{from}), rest) << "from " << from;
    }
}

TEST_P(OutboxConformance, LeavesOutWhatRolledBack) {
    stage({"1"});
    world->begin()->stage("2");
    stage({"3"});
    EXPECT_THAT(data_of(seal()), ElementsAre("1", "3"));
}

TEST_P(OutboxConformance, PutsALateCommitIntoALaterBatch) {
    const auto late = world->begin();
    late->stage("1");
    stage({"2"});
    EXPECT_THAT(data_of(seal()), ElementsAre("2"));

    late->stage("3");
    late->commit();

    EXPECT_THAT(data_of(seal()), ElementsAre("1", "3"));
}

TEST_P(OutboxConformance, OrdersABatchByStagingAcrossTransactions) {
    const auto one = world->begin();
    const auto two = world->begin();
    one->stage("1");
    two->stage("2");
    one->stage("3");
    two->commit();
    one->commit();
    EXPECT_THAT(data_of(seal()), ElementsAre("1", "2", "3"));
}

TEST_P(OutboxConformance, FindsTheBatchThatHoldsAnOffset) {
    stage({"1", "2"});
    const Batch first = seal();
    stage({"3"});
    const Batch second = seal();
    EXPECT_EQ(outbox.find(Offset{1}), first);
    EXPECT_EQ(outbox.find(Offset{2}), first);
    EXPECT_EQ(outbox.find(Offset{3}), second);
    EXPECT_EQ(outbox.find(Offset{4}), std::nullopt);
}

TEST_P(OutboxConformance, GivesTheSameNextBatchToEveryStreamer) {
    const Batch before = outbox.newest();
    stage({"1"});
    const auto sealed = outbox.next(before);
    stage({"2"});
    EXPECT_EQ(world->other_outbox().next(before), sealed);
}

TEST_P(OutboxConformance, ReadsInChunksOfBoundedRecordsAndBytes) {
    stage({"1", "2", "3"});
    const Batch batch = seal();
    std::vector<Record> chunk;

    const auto by_records = outbox.read(batch, batch.first);
    by_records->read(chunk, {.records_max = 2});
    EXPECT_EQ(chunk.size(), 2U);
    by_records->read(chunk, {.records_max = 2});
    EXPECT_EQ(chunk.size(), 1U);
    by_records->read(chunk, {.records_max = 2});
    EXPECT_TRUE(chunk.empty());

    const auto by_bytes = outbox.read(batch, batch.first);
    by_bytes->read(chunk, {.bytes_max = 1});
    EXPECT_EQ(chunk.size(), 1U);
}

TEST_P(OutboxConformance, ServesOnAfterAReaderWasLeftHalfRead) {
    stage({"1", "2", "3"});
    const Batch batch = seal();
    std::vector<Record> chunk;
    outbox.read(batch, batch.first)->read(chunk, {.records_max = 1});
    EXPECT_EQ(outbox.newest(), batch);
    EXPECT_THAT(data_of(batch), ElementsAre("1", "2", "3"));
}

INSTANTIATE_TEST_SUITE_P(Memory, OutboxConformance, ::testing::Values(&make_memory_outbox_world));
INSTANTIATE_TEST_SUITE_P(Postgres, OutboxConformance, ::testing::Values(&make_postgres_outbox_world));

}  // namespace contrail::test
