// A streamer is led to a standby by a list of hosts, or by an address that moves before the standby is promoted.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "contrail/postgres.hpp"
#include "integration/postgres/is_error.hpp"
#include "integration/postgres/read_batch.hpp"
#include "postgres/migrations.hpp"
#include "servers/private_postgres.hpp"
#include "servers/temporary_directory.hpp"
#include "support/admin_postgres.hpp"
#include "support/lost_standby.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

using ::testing::AllOf;
using ::testing::HasSubstr;

// It may lag, and then the log looks as if the database had lost commits.
TEST(Standby, IsAServerThatIsAwayUntilItIsPromoted) {
    const servers::TemporaryDirectory directory;
    servers::PrivatePostgres server(
        {.data_dir = directory.path() / "postgres", .durable = false, .settings = settings_for_a_standby});
    Settings settings;
    settings.database_url = server.url();
    settings.stream_name = "rides";
    postgres::migrate(settings);
    const auto outbox = postgres_outbox(settings);
    ASSERT_TRUE(outbox->lead());

    const std::string data = AdminPostgres(server.url()).value("SHOW data_directory");
    server.stop();
    std::ofstream(data + "/standby.signal").flush();
    server.start();
    EXPECT_TRUE(error_of([&] { outbox->newest(); }).has_value()) << "the session has ended";
    EXPECT_THAT(error_of([&] { outbox->newest(); }),
                IsError(Retry::call, AllOf(HasSubstr("the server is a standby"), HasSubstr("promote it"))));

    AdminPostgres(server.url()).run("SELECT pg_promote()");
    EXPECT_TRUE(outbox->lead());
}

}  // namespace contrail::test
