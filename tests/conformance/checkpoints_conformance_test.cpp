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

    const ConsumerName name{"distance"};
    std::unique_ptr<CheckpointsWorld> world = GetParam()();
    Checkpoints& checkpoints = world->checkpoints();
};

TEST_P(CheckpointsConformance, KnowNothingOfANewConsumer) {
    EXPECT_EQ(load(), std::nullopt);
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

INSTANTIATE_TEST_SUITE_P(Memory, CheckpointsConformance, ::testing::Values(&make_memory_checkpoints_world));
INSTANTIATE_TEST_SUITE_P(Postgres, CheckpointsConformance,
                         ::testing::Values(&make_postgres_checkpoints_world));

}  // namespace contrail::test
