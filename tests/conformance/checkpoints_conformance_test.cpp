#include <gtest/gtest.h>

#include "conformance/checkpoints_worlds.hpp"

namespace contrail::test {

class CheckpointsConformance : public ::testing::TestWithParam<MakeCheckpointsWorld> {
protected:
    static RecordId id(std::uint64_t offset) { return {1'700'000'000'000, Offset{offset}}; }

    void commit_at(RecordId to) {
        const auto transaction = checkpoints.begin(name);
        ASSERT_TRUE(transaction->advance(to));
        transaction->commit();
    }

    std::optional<RecordId> load() { return checkpoints.begin(name)->checkpoint(); }

    static DeadLetter letter(std::uint64_t offset) {
        return {.record = {id(offset), "create", "ride", R"({"id": 1, "name": "M\u00fcller"})", "1", "{}"},
                .error = "The ride has no distance.",
                .attempts = 5,
                .first_refused_ms = 1'700'000'000'123};
    }

    /// With all records before it applied.
    void park(const DeadLetter& each) {
        const RecordId before{each.record.id.sealed_ms, each.record.id.offset.previous()};
        if (load() != before) commit_at(before);
        const auto transaction = checkpoints.begin(name);
        transaction->park(each);
        transaction->commit();
    }

    /// Takes a marked letter out for good.
    std::optional<DeadLetter> take() {
        const auto transaction = checkpoints.begin(name);
        const auto taken = transaction->take_marked();
        transaction->commit();
        return taken;
    }

    const ConsumerName name{"distance"};
    std::unique_ptr<CheckpointsWorld> world = GetParam()();
    Checkpoints& checkpoints = world->checkpoints();
};

TEST_P(CheckpointsConformance, KnowNothingOfANewConsumer) {
    EXPECT_EQ(load(), std::nullopt);
}

TEST_P(CheckpointsConformance, HaveOneOwnerWhicheverTheLog) {
    const ConsumerOwner owner = checkpoints.owner();
    EXPECT_NE(owner.id, "");
    EXPECT_NE(owner.name, "");
    EXPECT_EQ(world->other_checkpoints().owner(), owner);
    EXPECT_EQ(world->checkpoints_of_another_log().owner(), owner);
    EXPECT_NE(GetParam()()->checkpoints().owner().id, owner.id) << "another database";
}

TEST_P(CheckpointsConformance, KeepWhatWasCommitted) {
    commit_at(id(1));
    EXPECT_EQ(load(), id(1));
    commit_at(id(7));
    EXPECT_EQ(load(), id(7));
}

TEST_P(CheckpointsConformance, CommitEffectsAndCheckpointTogether) {
    const auto transaction = checkpoints.begin(name);
    world->write_effect(*transaction, 5);
    ASSERT_TRUE(transaction->advance(id(1)));
    EXPECT_EQ(world->committed_effect(), 0);
    transaction->commit();
    EXPECT_EQ(world->committed_effect(), 5);
    EXPECT_EQ(world->other_checkpoints().begin(name)->checkpoint(), id(1));
}

TEST_P(CheckpointsConformance, ForgetEffectsAndCheckpointTogether) {
    {
        const auto transaction = checkpoints.begin(name);
        world->write_effect(*transaction, 5);
        ASSERT_TRUE(transaction->advance(id(1)));
    }
    EXPECT_EQ(world->committed_effect(), 0);
    EXPECT_EQ(load(), std::nullopt);
}

TEST_P(CheckpointsConformance, LetOnlyOneOfTwoNewInstancesAdvance) {
    const auto first = checkpoints.begin(name);
    const auto second = world->other_checkpoints().begin(name);
    ASSERT_TRUE(first->advance(id(1)));
    first->commit();
    EXPECT_FALSE(second->advance(id(1)));
}

TEST_P(CheckpointsConformance, AreKeptApartByConsumerAndByLog) {
    commit_at(id(1));
    EXPECT_EQ(checkpoints.begin(ConsumerName("other"))->checkpoint(), std::nullopt);
    EXPECT_EQ(world->checkpoints_of_another_log().begin(name)->checkpoint(), std::nullopt);
}

TEST_P(CheckpointsConformance, KeepAParkedRecordUntilAnOperatorMarksIt) {
    park(letter(7));
    EXPECT_EQ(take(), std::nullopt);
    world->mark(name, id(7));
    EXPECT_EQ(take(), letter(7));
    EXPECT_EQ(take(), std::nullopt) << "once";
}

TEST_P(CheckpointsConformance, KeepTheKeyAndTheHeadersOfAParkedRecord) {
    DeadLetter with_both = letter(7);
    with_both.record.key = "";
    with_both.record.headers = "not even JSON";
    park(with_both);
    world->mark(name, id(7));
    EXPECT_EQ(take(), with_both);
}

TEST_P(CheckpointsConformance, ParkARecordAndPassItTogether) {
    commit_at(id(6));
    checkpoints.begin(name)->park(letter(7));
    EXPECT_EQ(load(), id(6)) << "it was rolled back";

    const auto transaction = checkpoints.begin(name);
    transaction->park(letter(7));
    transaction->commit();
    EXPECT_EQ(load(), id(7));
    world->mark(name, id(7));
    EXPECT_EQ(take(), letter(7));
}

TEST_P(CheckpointsConformance, PutBackAMarkedLetterWhoseTransactionDidNotCommit) {
    park(letter(1));
    world->mark(name, id(1));
    EXPECT_EQ(checkpoints.begin(name)->take_marked(), letter(1));
    EXPECT_EQ(take(), letter(1));
}

TEST_P(CheckpointsConformance, TakeMarkedLettersInTheLogsOrder) {
    for (const std::uint64_t offset : {8U, 9U, 10U, 100U}) park(letter(offset));
    for (const std::uint64_t offset : {100U, 10U, 9U}) world->mark(name, id(offset));
    for (const std::uint64_t offset : {9U, 10U, 100U}) EXPECT_EQ(take(), letter(offset));
    EXPECT_EQ(take(), std::nullopt);
}

TEST_P(CheckpointsConformance, ParkARecordAgainWithTheNewError) {
    park(letter(1));
    world->mark(name, id(1));
    {
        const auto transaction = checkpoints.begin(name);
        EXPECT_TRUE(transaction->park_again(id(1), "The ride still has no distance."));
        transaction->commit();
    }
    EXPECT_EQ(take(), std::nullopt) << "parked again, it rests";
    EXPECT_EQ(load(), id(1)) << "the checkpoint stays";
    world->mark(name, id(1));
    DeadLetter newer = letter(1);
    newer.error = "The ride still has no distance.";
    newer.attempts = 6;
    EXPECT_EQ(take(), newer);
    EXPECT_FALSE(checkpoints.begin(name)->park_again(id(1), "too late"));
}

TEST_P(CheckpointsConformance, KnowWhetherALetterIsMarked) {
    EXPECT_FALSE(checkpoints.has_marked(name));
    park(letter(1));
    EXPECT_FALSE(checkpoints.has_marked(name));
    world->mark(name, id(1));
    EXPECT_TRUE(checkpoints.has_marked(name));
    EXPECT_FALSE(checkpoints.has_marked(ConsumerName("other")));
    EXPECT_FALSE(world->checkpoints_of_another_log().has_marked(name));
    EXPECT_NE(take(), std::nullopt);
    EXPECT_FALSE(checkpoints.has_marked(name));
}

TEST_P(CheckpointsConformance, KeepLettersApartByConsumerAndByLog) {
    park(letter(1));
    world->mark(name, id(1));
    EXPECT_EQ(checkpoints.begin(ConsumerName("other"))->take_marked(), std::nullopt);
    EXPECT_EQ(world->checkpoints_of_another_log().begin(name)->take_marked(), std::nullopt);
    EXPECT_EQ(take(), letter(1));
}

INSTANTIATE_TEST_SUITE_P(Memory, CheckpointsConformance, ::testing::Values(&make_memory_checkpoints_world));
INSTANTIATE_TEST_SUITE_P(Postgres, CheckpointsConformance,
                         ::testing::Values(&make_postgres_checkpoints_world));

}  // namespace contrail::test
