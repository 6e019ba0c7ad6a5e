#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "conformance/outbox_conformance.hpp"

namespace contrail::test {

using ::testing::ElementsAre;

TEST_P(OutboxConformance, BeginsWithAnEmptyBatchOfNumberZero) {
    EXPECT_EQ(outbox.newest(), Batch{});
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

TEST_P(OutboxConformance, TellsTheTimeByTheClockThatSeals) {
    const std::uint64_t before = outbox.now_ms();
    const std::uint64_t sealed_ms = stage_and_seal({"1"}).sealed_ms;
    EXPECT_LE(before, sealed_ms);
    EXPECT_LE(sealed_ms, outbox.now_ms());
}

TEST_P(OutboxConformance, GivesRecordsTheirIdActionObjectAndData) {
    stage({R"({"id": 1})"});
    const Batch batch = seal();
    EXPECT_THAT(read(batch, batch.first),
                ElementsAre(Record{{batch.sealed_ms, Offset{1}}, "create", "ride", R"({"id": 1})"}));
}

TEST_P(OutboxConformance, GivesRecordsTheKeyAndTheHeadersThatTheyHave) {
    const Batch before = outbox.newest();
    const auto writer = world->begin();
    writer->stage("1", "521", R"({"traceparent": "00-01"})");
    writer->stage("2");
    writer->stage("3", "");
    writer->stage("4", std::nullopt, "{}");
    writer->commit();
    const Batch batch = seal();
    const auto record = [&](std::uint64_t offset, std::optional<std::string> key,
                            std::optional<std::string> headers) -> Record {
        return {{batch.sealed_ms, Offset{offset}},
                "create",
                "ride",
                std::to_string(offset),
                std::move(key),
                std::move(headers)};
    };
    const std::vector<Record> staged{record(1, "521", R"({"traceparent": "00-01"})"), record(2, {}, {}),
                                     record(3, "", {}), record(4, {}, "{}")};

    EXPECT_EQ(read(batch, batch.first), staged);
    EXPECT_EQ(read(batch, batch.first), staged) << "a second time";
    EXPECT_EQ(read_all(*outbox.read_run(before, 100).reader), staged);
}

TEST_P(OutboxConformance, CountsKeyAndHeadersAgainstALimitInBytes) {
    const auto writer = world->begin();
    writer->stage("1", "521", R"({"a": 1})");  // 23 bytes
    writer->stage("2");                        // 11 bytes
    writer->stage("3");
    writer->commit();
    const Batch batch = seal();
    for (int attempt = 1; attempt <= 2; ++attempt) {
        const auto reader = outbox.read(batch, batch.first);
        std::vector<Record> chunk;
        reader->read(chunk, {.bytes_max = 22});
        EXPECT_EQ(chunk.size(), 1U);
        reader->read(chunk, {.bytes_max = 22});
        EXPECT_EQ(chunk.size(), 2U);
        EXPECT_EQ(chunk.front().key, std::nullopt) << "and not that of the record before in its place";
    }
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

TEST_P(OutboxConformance, ReadsARunOfBatchesAsEachByItself) {
    const auto late = world->begin();
    late->stage("1");
    const Batch before = outbox.newest();
    std::vector<OpenBatch> batches{stage_and_seal({"2", "3"}), stage_and_seal({"4"})};
    late->stage("5");
    const auto later = world->begin();
    later->stage("6");
    late->commit();
    batches.push_back(stage_and_seal({"7"}));
    later->commit();
    const Batch newest = seal();
    batches.push_back(newest);

    std::vector<Record> one_by_one;
    for (const OpenBatch& batch : batches) {
        const auto records = read(batch, batch.first);
        one_by_one.insert(one_by_one.end(), records.begin(), records.end());
    }
    const BatchRun run = outbox.read_run(before, 100);
    EXPECT_EQ(run.batches, batches);
    EXPECT_EQ(read_all(*run.reader), one_by_one);
    EXPECT_EQ(outbox.read_run(newest, 100).batches, std::vector<OpenBatch>{});
    EXPECT_EQ(outbox.newest(), newest) << "it serves on";
}

TEST_P(OutboxConformance, BoundsARunByRecords) {
    const Batch before = outbox.newest();
    const Batch first = stage_and_seal({"1", "2", "3"});
    const Batch second = stage_and_seal({"4"});
    stage_and_seal({"5", "6"});
    for (const std::uint64_t too_few_for_three : {4U, 5U}) {
        const BatchRun run = outbox.read_run(before, too_few_for_three);
        EXPECT_EQ(run.batches, (std::vector<OpenBatch>{first, second}));
        EXPECT_EQ(read_all(*run.reader).size(), 4U);
    }
    const BatchRun shortest = outbox.read_run(before, 1);
    EXPECT_EQ(shortest.batches, std::vector<OpenBatch>{first});
    EXPECT_EQ(read_all(*shortest.reader).size(), 3U);
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
