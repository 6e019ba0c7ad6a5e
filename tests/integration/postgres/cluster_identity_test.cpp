#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contrail/postgres.hpp"
#include "integration/postgres/is_error.hpp"
#include "support/admin_postgres.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

using ::testing::AllOf;
using ::testing::HasSubstr;

// A dump restored elsewhere brings the identity of the cluster that it came from.
TEST(ClusterIdentity, StopsAnOutboxWhoseRecordsWereStagedInAnotherCluster) {
    const Settings settings = fresh_settings();
    AdminPostgres admin(settings.database_url);
    admin.run("UPDATE contrail.cluster_identity SET system_identifier = 42");

    const auto outbox = postgres_outbox(settings);

    const auto stops = IsError(
        Retry::never, AllOf(HasSubstr("another database cluster (42"), HasSubstr("restored from a dump"),
                            HasSubstr("pg_upgrade"), HasSubstr("UPDATE \"contrail\".cluster_identity")));
    EXPECT_THAT(error_of([&] { outbox->newest(); }), stops);
    EXPECT_THAT(error_of([&] { outbox->newest(); }), stops) << "once more, on a new connection";
}

TEST(ClusterIdentity, IsOneRow) {
    AdminPostgres admin(fresh_settings().database_url);
    EXPECT_THROW(admin.run("INSERT INTO contrail.cluster_identity VALUES (42)"), std::runtime_error);
}

}  // namespace contrail::test
