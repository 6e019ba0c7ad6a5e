#include "postgres/migrations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "contrail/postgres.hpp"
#include "integration/postgres/is_error.hpp"
#include "integration/postgres/read_batch.hpp"
#include "postgres/schema.hpp"
#include "support/admin_postgres.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

using postgres::migrate;
using postgres::migrations;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Migrations : public ::testing::Test {
protected:
    static Settings unmigrated() {
        Settings settings;
        settings.database_url = fresh_database();
        return settings;
    }

    const Settings settings = unmigrated();
    AdminPostgres admin{settings.database_url};
};

TEST_F(Migrations, AreNumberedWithoutGaps) {
    for (std::size_t i = 0; i < migrations().size(); ++i) {
        EXPECT_EQ(migrations()[i].version, static_cast<int>(i) + 1) << migrations()[i].name;
    }
}

TEST_F(Migrations, AreAppliedOnce) {
    EXPECT_THAT(migrate(settings), SizeIs(migrations().size()));
    EXPECT_THAT(migrate(settings), IsEmpty());
    std::string names;
    for (const auto& migration : migrations()) names.append(migration.name).append(" ");
    EXPECT_EQ(admin.value("SELECT string_agg(name || ' ', '' ORDER BY version) FROM contrail.schema_version"),
              names);
}

TEST_F(Migrations, AreAppliedOnceByManyAtOnce) {
    std::atomic<std::size_t> applied = 0;
    std::vector<std::thread> programs;
    for (int i = 0; i < 4; ++i) programs.emplace_back([&] { applied += migrate(settings).size(); });
    for (auto& program : programs) program.join();
    EXPECT_EQ(applied, migrations().size());
}

TEST_F(Migrations, GoOnWhereAnEarlierVersionStopped) {
    for (const auto& migration : migrations()) {
        if (migration.version == 5) break;
        admin.run(postgres::in_schema(migration.text, "contrail") +
                  "; INSERT INTO contrail.schema_version VALUES (" + std::to_string(migration.version) +
                  ", '" + std::string(migration.name) + "')");
    }
    admin.run("SELECT contrail.stage('create', 'ride', '1')");

    EXPECT_THAT(migrate(settings), SizeIs(migrations().size() - 4));

    admin.run("SELECT contrail.stage('create', 'ride', '2')");
    const auto outbox = postgres_outbox(settings);
    const auto batch = outbox->next(outbox->newest());
    ASSERT_TRUE(batch.has_value());
    EXPECT_THAT(read_batch(*outbox, *batch), SizeIs(2));
}

TEST_F(Migrations, KeepCheckpointsAndDeadLettersOfBeforeThereWereSegments) {
    for (const auto& migration : migrations()) {
        if (migration.name == "consumer_instances") break;
        admin.run(postgres::in_schema(migration.text, "contrail") +
                  "; INSERT INTO contrail.schema_version VALUES (" + std::to_string(migration.version) +
                  ", '" + std::string(migration.name) + "')");
    }
    admin.run("SELECT contrail.register('distance', '" + settings.stream_name + "', '5-1')");
    admin.run(
        "BEGIN; SELECT contrail.begin_batch('distance', '" + settings.stream_name +
        "'); SELECT contrail.park('distance', '" + settings.stream_name +
        "', '5-2', 'create', 'ride', '{}', 'no'); COMMIT; UPDATE contrail.dead_letters SET marked_at = now()");
    migrate(settings);

    const ConsumerName name("distance");
    const auto checkpoints = postgres_checkpoints(settings);
    EXPECT_TRUE(checkpoints->has_marked(name));
    const auto transaction = checkpoints->begin(name);
    EXPECT_EQ(transaction->checkpoint(), (RecordId{5, Offset{2}}));
    EXPECT_TRUE(transaction->take_marked().has_value());
    EXPECT_TRUE(transaction->advance({5, Offset{3}}));
    transaction->commit();
    admin.run("BEGIN; SELECT contrail.begin_batch('distance', '" + settings.stream_name +
              "', lock_wait_max => '1 s'); SELECT contrail.advance('distance', '" + settings.stream_name +
              "', '5-3', '5-4'); COMMIT");
    EXPECT_EQ(checkpoints->least(name), (RecordId{5, Offset{4}}));
}

TEST_F(Migrations, NameTheSessionThatIsInTheirWay) {
    migrate(settings);
    admin.run("DELETE FROM contrail.schema_version WHERE version = " +
              std::to_string(migrations().back().version));
    AdminPostgres holder(settings.database_url);
    holder.run("SET application_name = 'report'; BEGIN; LOCK TABLE contrail.schema_version");
    EXPECT_THAT(error_of([&] { migrate(settings, {.attempts_max = 1}); }),
                IsError(Retry::call, AllOf(HasSubstr("55P03"),
                                           HasSubstr("process " + holder.value("SELECT pg_backend_pid()")),
                                           HasSubstr("report, user postgres, idle in transaction"))));
}

TEST_F(Migrations, DoTheSameWhenAppliedByHand) {
    admin.run(postgres::migrations_text("contrail"));
    EXPECT_THAT(migrate(settings), IsEmpty());
    EXPECT_EQ(postgres_outbox(settings)->newest().number, 0);
}

TEST_F(Migrations, TakeASchemaThatIsThereAlready) {
    admin.run("CREATE SCHEMA contrail");
    EXPECT_THAT(migrate(settings), SizeIs(migrations().size()));
}

TEST_F(Migrations, TakeAnOddSchemaName) {
    Settings odd = settings;
    odd.schema = R"(my "log" isn't @ 100 %)";
    migrate(odd);
    admin.run(R"(SELECT "my ""log"" isn't @ 100 %".stage('create', 'ride', '{}'))");

    const auto outbox = postgres_outbox(odd);
    EXPECT_TRUE(outbox->lead());
    EXPECT_TRUE(outbox->next(outbox->newest()).has_value());
    const auto checkpoints = postgres_checkpoints(odd);
    EXPECT_TRUE(checkpoints->begin(ConsumerName("distance"))->advance({1, Offset{1}}));
}

TEST_F(Migrations, RefuseASchemaNameThatNoSchemaCanHave) {
    for (const std::string name :
         {"", "a$b", "line\nbreak", "64 bytes ......................................................."}) {
        EXPECT_THAT(error_of([&] { postgres::migrations_text(name); }),
                    IsError(Retry::never, HasSubstr("CONTRAIL_SCHEMA")))
            << name;
    }
}

TEST_F(Migrations, RefuseADatabaseOfANewerProgram) {
    migrate(settings);
    admin.run("INSERT INTO contrail.schema_version VALUES (1000, 'from_the_future')");
    EXPECT_THAT(error_of([&] { migrate(settings); }),
                IsError(Retry::never, AllOf(HasSubstr("version 1000"), HasSubstr("newer contrail"))));
}

TEST_F(Migrations, RefuseARenamedSchemaEverywhere) {
    migrate(settings);
    admin.run("ALTER SCHEMA contrail RENAME TO c2");
    Settings renamed = settings;
    renamed.schema = "c2";
    const auto refused = IsError(Retry::never, HasSubstr("ALTER SCHEMA \"c2\" RENAME TO \"contrail\""));
    EXPECT_THAT(error_of([&] { migrate(renamed); }), refused);
    EXPECT_THAT(error_of([&] { postgres_outbox(renamed)->newest(); }), refused);
    EXPECT_THAT(error_of([&] { postgres_checkpoints(renamed)->begin(ConsumerName("distance")); }), refused);

    // A new schema of the old name would take what c2.stage() stages.
    EXPECT_THAT(error_of([&] { migrate(settings); }),
                IsError(Retry::never, HasSubstr("ALTER SCHEMA c2 RENAME TO \"contrail\"")));
    EXPECT_THROW(admin.run("SELECT c2.stage('create', 'ride', '1')"), std::runtime_error);
}

TEST_F(Migrations, CompleteACopyOfTheDefinitions) {
    migrate(settings);
    Settings copied = settings;
    copied.database_url = fresh_database();
    ASSERT_EQ(
        std::system(("pg_dump --schema-only '" + settings.database_url +
                     "' | psql --quiet --output /dev/null -v ON_ERROR_STOP=1 '" + copied.database_url + "'")
                        .c_str()),
        0);
    AdminPostgres copy(copied.database_url);
    copy.run("SELECT contrail.stage('create', 'ride', '1')");

    EXPECT_THAT(migrate(copied), SizeIs(migrations().size()));
    EXPECT_THAT(migrate(copied), IsEmpty());

    const auto outbox = postgres_outbox(copied);
    EXPECT_TRUE(outbox->lead());
    const auto batch = outbox->next(outbox->newest());
    ASSERT_TRUE(batch.has_value());
    EXPECT_THAT(read_batch(*outbox, *batch), SizeIs(1));
}

TEST_F(Migrations, RefuseADumpThatWasRestoredInPart) {
    migrate(settings);
    admin.run("DELETE FROM contrail.schema_version");
    EXPECT_THAT(error_of([&] { migrate(settings); }),
                IsError(Retry::never, HasSubstr("restore the whole dump")));
}

TEST_F(Migrations, AreDemandedByEveryAdapter) {
    const auto outbox = postgres_outbox(settings);
    const auto checkpoints = postgres_checkpoints(settings);
    const auto asks = IsError(Retry::never, HasSubstr("Run `contrail migrate`"));
    EXPECT_THAT(error_of([&] { outbox->newest(); }), asks);
    EXPECT_THAT(error_of([&] { checkpoints->begin(ConsumerName("distance")); }), asks);

    migrate(settings);
    admin.run("DELETE FROM contrail.schema_version WHERE version > 1");
    EXPECT_THAT(error_of([&] { outbox->newest(); }), asks);
    EXPECT_THAT(error_of([&] { checkpoints->begin(ConsumerName("distance")); }), asks);
}

}  // namespace contrail::test
