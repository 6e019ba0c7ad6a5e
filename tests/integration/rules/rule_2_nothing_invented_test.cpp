// Rule 2: a record whose transaction rolled back is never seen.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/pipeline.hpp"

namespace contrail::test {

using ::testing::ElementsAre;

TEST(NothingIsInvented, ByATransactionThatRollsBack) {
    Pipeline pipeline;
    pipeline.database.run("BEGIN; SELECT contrail.stage('create', 'ride', '1'); ROLLBACK");
    pipeline.stage({"2"});
    pipeline.stream();
    EXPECT_THAT(pipeline.logged_data(), ElementsAre("2"));
}

TEST(NothingIsInvented, ByASavepointThatRollsBack) {
    Pipeline pipeline;
    pipeline.database.run(
        "BEGIN; SELECT contrail.stage('create', 'ride', '1'); SAVEPOINT before;"
        "SELECT contrail.stage('create', 'ride', '2'); ROLLBACK TO before;"
        "SELECT contrail.stage('create', 'ride', '3'); COMMIT");
    pipeline.stream();
    EXPECT_THAT(pipeline.logged_data(), ElementsAre("1", "3"));
}

TEST(NothingIsInvented, ByATransactionThatIsStillOpen) {
    Pipeline pipeline;
    AdminPostgres open(pipeline.settings.database_url);
    open.run("BEGIN; SELECT contrail.stage('create', 'ride', '1')");
    pipeline.stage({"2"});
    pipeline.stream();
    EXPECT_THAT(pipeline.logged_data(), ElementsAre("2"));

    open.run("ROLLBACK");
    pipeline.stream();
    EXPECT_THAT(pipeline.logged_data(), ElementsAre("2"));
}

}  // namespace contrail::test
