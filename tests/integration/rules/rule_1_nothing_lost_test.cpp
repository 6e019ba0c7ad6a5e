// Rule 1: a record whose transaction committed reaches every consumer, whatever order transactions commit
// in, and whatever breaks meanwhile.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contrail/postgres.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

using ::testing::ElementsAre;

// The original dropped "slow": it had the lower id, and ids were taken to arrive in order.
TEST(NothingIsLost, WhenTransactionsCommitInAnotherOrderThanTheyStaged) {
    Pipeline pipeline;
    AdminPostgres slow(pipeline.settings.database_url);
    slow.run(R"(BEGIN; SELECT contrail.stage('create', 'ride', '"slow"'))");
    pipeline.stage({R"("fast")"});
    pipeline.stream();
    EXPECT_THAT(pipeline.consume(), ElementsAre(R"("fast")"));

    slow.run("COMMIT");
    pipeline.stream();

    EXPECT_THAT(pipeline.consume(), ElementsAre(R"("slow")"));
    EXPECT_THAT(pipeline.logged_data(), ElementsAre(R"("fast")", R"("slow")"));
}

// The original took the first 1,000 of a backlog and deleted all of it.
TEST(NothingIsLost, OfABacklogFarLargerThanABatch) {
    Pipeline pipeline;
    pipeline.database.run(
        "INSERT INTO contrail.staged_log_records (action, object, data) "
        "SELECT 'create', 'ride', to_jsonb(i) FROM generate_series(1, 100000) i");
    pipeline.stream();

    const auto consumed = pipeline.consume();

    ASSERT_EQ(consumed.size(), 100'000U);
    for (std::size_t i = 0; i < consumed.size(); ++i) ASSERT_EQ(consumed[i], std::to_string(i + 1));
}

// The original deleted unsent what committed between its SELECT and its DELETE.
TEST(NothingIsLost, ThatCommitsBetweenASealAndTheReadOfItsBatch) {
    Pipeline pipeline;
    const auto outbox = postgres_outbox(pipeline.settings);
    pipeline.stage({"1"});
    const auto sealed = outbox->next(outbox->newest());
    ASSERT_TRUE(sealed.has_value());
    pipeline.stage({"2"});

    std::vector<Record> chunk;
    outbox->read(*sealed, sealed->first)->read(chunk, {});
    ASSERT_EQ(chunk.size(), 1U);
    pipeline.stream();

    EXPECT_THAT(pipeline.logged_data(), ElementsAre("1", "2"));
}

TEST(NothingIsLost, WhenAStreamerDiesBetweenSealAndAppend) {
    Pipeline pipeline;
    pipeline.stage({"1", "2"});
    const auto outbox = postgres_outbox(pipeline.settings);
    ASSERT_TRUE(outbox->next(outbox->newest()).has_value());
    pipeline.stage({"3"});
    pipeline.stream();
    EXPECT_THAT(pipeline.consume(), ElementsAre("1", "2", "3"));
}

TEST(NothingIsLost, ByAPlainInsertAnyMoreThanByStage) {
    Pipeline pipeline;
    pipeline.database.run(
        "INSERT INTO contrail.staged_log_records (action, object, data) VALUES ('create', 'ride', '1')");
    pipeline.stage({"2"});
    pipeline.stream();
    EXPECT_THAT(pipeline.consume(), ElementsAre("1", "2"));
}

}  // namespace contrail::test
