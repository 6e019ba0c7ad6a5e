#include <gtest/gtest.h>

#include "integration/disasters/ride_world.hpp"
#include "servers/temporary_directory.hpp"

namespace contrail::test {

/// A PostgreSQL of the test's own.
class PostgresRestart : public ::testing::Test {
protected:
    Settings settings_with_own_postgres() {
        Settings settings = fresh_settings();
        settings.database_url = postgres.url();
        return settings;
    }

    void wait_until_consumed(std::uint64_t records) {
        world.wait_until("the consumer moves on", [&] { return world.consumed("consumer0") >= records; });
    }

    servers::TemporaryDirectory directory;
    servers::PrivatePostgres postgres{{.data_dir = directory.path() / "postgres", .durable = false}};
    RideWorld world{settings_with_own_postgres()};
    servers::ChildProcess streamer = world.start_streamer();
    servers::ChildProcess consumer = world.start_consumer("consumer0");
};

TEST_F(PostgresRestart, InOrderUnderLoadLosesNothing) {
    world.begin_rides(4'000);
    wait_until_consumed(500);
    postgres.stop();
    postgres.start();
    world.finish_rides();
    world.expect_level("consumer0");
}

TEST_F(PostgresRestart, AfterACrashUnderLoadLosesNothing) {
    world.begin_rides(4'000);
    for (const std::uint64_t progress : {500U, 1'500U}) {
        wait_until_consumed(progress);
        postgres.kill();
        postgres.start();
    }
    world.finish_rides();
    world.expect_level("consumer0");
}

}  // namespace contrail::test
