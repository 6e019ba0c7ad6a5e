// A member of pg_read_all_stats, such as a monitor, reads the text of every session's statements. Contrail's own carry
// contents of records as parameters, which no view shows.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contrail/postgres.hpp"
#include "contrail/postgres_session.hpp"
#include "contrail/reconciliation.hpp"
#include "contrail/redis.hpp"
#include "postgres/adopt.hpp"
#include "postgres/dead_letters.hpp"
#include "postgres/migrations.hpp"
#include "servers/private_postgres.hpp"
#include "servers/temporary_directory.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(StatementText, HoldsNoContents) {
    const servers::TemporaryDirectory folder;
    // The server's log then has the text of every statement, and no parameter.
    const servers::PrivatePostgres server{{.data_dir = folder.path() / "postgres",
                                           .durable = false,
                                           .settings = {{"logging_collector", "on"},
                                                        {"log_directory", "statements"},
                                                        {"log_statement", "all"},
                                                        {"log_parameter_max_length", "0"}}}};
    Settings settings = fresh_settings();
    settings.database_url = server.url();
    postgres::migrate(settings);
    Pipeline pipeline(settings);
    const ConsumerName consumer("consumer");
    const auto stage = [&] {
        PostgresSession shop(settings, "shop");
        shop.execute("BEGIN");
        shop.execute("SELECT contrail.stage('create', 'ride', $1, $2, $3)",
                     {R"("private data")", "private key", R"({"a": "private header"})"});
        shop.execute_prepared("SELECT contrail.stage('create', 'ride', $1)", {R"("private data")"});
        shop.commit();
    };

    stage();
    pipeline.stream();
    EXPECT_EQ(pipeline.consume().size(), 2U);
    const auto checkpoints = postgres_checkpoints(settings);
    const Record parked{{1'800'000'000'000, Offset{3}}, "create", "ride", R"("private data")", "private key",
                        R"({"a": "private"})"};
    {
        const auto transaction = checkpoints->begin(consumer);
        transaction->park({.record = parked, .error = "private error", .first_refused_ms = 1});
        transaction->commit();
    }
    EXPECT_TRUE(checkpoints->begin(consumer)->park_again(parked.id, "private error"));
    postgres::DeadLetters letters(settings);
    EXPECT_EQ(letters.mark(consumer, {}), 1U);
    EXPECT_TRUE(checkpoints->begin(consumer)->take_marked());
    EXPECT_EQ(letters.discard(consumer, {}), 1U);
    stage();
    EXPECT_GT(Reconciliation(settings).last_id().offset, Offset{2});
    pipeline.database.run("UPDATE contrail.cluster_identity SET system_identifier = 1");
    EXPECT_NE(postgres::adopt(settings, *redis_log(settings)).reason, "");

    const std::string text = pipeline.database.value(
        "SELECT string_agg(pg_read_file('statements/' || name), '') FROM pg_ls_dir('statements') AS name");
    EXPECT_THAT(text, HasSubstr("contrail.stage('create', 'ride', $1, $2, $3)"));
    EXPECT_THAT(text, HasSubstr(".park($1"));
    EXPECT_THAT(text, Not(HasSubstr("private")));
}

}  // namespace contrail::test
