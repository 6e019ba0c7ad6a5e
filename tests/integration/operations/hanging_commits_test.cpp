#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stop_token>
#include <thread>

#include "contrail/clock.hpp"
#include "contrail/postgres.hpp"
#include "operations/doctor/checks.hpp"
#include "operations/status/outbox_poller.hpp"
#include "servers/private_postgres.hpp"
#include "servers/temporary_directory.hpp"
#include "support/lost_standby.hpp"
#include "support/wait_until.hpp"

namespace contrail::operations {

using ::testing::HasSubstr;

TEST(HangingCommits, AreFoundByStatusAndDoctor) {
    const servers::TemporaryDirectory folder;
    const servers::PrivatePostgres server{
        {.data_dir = folder.path() / "postgres", .durable = false, .settings = test::settings_for_a_standby}};
    Settings settings;
    settings.database_url = server.url();
    migrate_postgres(settings);
    Database database(settings, "status");
    OutboxPoller poller(database, system_clock());
    EXPECT_EQ(poller.poll({}).hanging_commits, 0);

    test::AdminPostgres admin(server.url());
    test::lose_standby(admin);
    std::jthread shop([&](const std::stop_token& stop) {
        test::AdminPostgres session(server.url());
        while (!stop.stop_requested()) session.run("SELECT contrail.stage('create', 'ride', '1')");
    });
    test::wait_until("a commit hangs", [&] { return poller.poll({}).hanging_commits == 1; });
    const doctor::PostgresWaits waits = doctor::gather_postgres_waits(database);
    EXPECT_EQ(waits.commits, 1);
    EXPECT_EQ(waits.standby_names, "nosuch");

    shop.request_stop();
    test::find_standby(admin);
    test::wait_until("no commit hangs", [&] { return poller.poll({}).hanging_commits == 0; });
}

}  // namespace contrail::operations
