#include <gmock/gmock.h>

#include "integration/operations/findings.hpp"
#include "integration/operations/pgbouncer.hpp"
#include "postgres/migrations.hpp"
#include "support/admin_postgres.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

namespace {

/// What other programs changed in the session that a pooler gives to this one.
std::string changed_settings(const Settings& settings) {
    return AdminPostgres(settings.database_url)
        .value(
            "SELECT string_agg(name || ' = ' || setting, ', ') FROM pg_settings WHERE source = 'session' "
            "AND name NOT IN ('client_min_messages', 'client_encoding', 'application_name', 'DateStyle', "
            "'TimeZone', 'standard_conforming_strings')");
}

}  // namespace

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DoctorAtPostgres : public ::testing::Test {
protected:
    doctor::Finding finding(std::string_view check, Part part = Part::streamer) {
        return test::finding(diagnose(settings, part), check);
    }

    [[nodiscard]] std::string database() const {
        return settings.database_url.substr(settings.database_url.rfind('/') + 1);
    }

    Settings settings = fresh_settings();
    AdminPostgres admin{settings.database_url};
};

TEST_F(DoctorAtPostgres, LooksAtEverything) {
    const auto diagnosis = diagnose(settings);
    for (const auto& each : diagnosis.findings)
        EXPECT_NE(each.found, "could not be checked") << each.check << each.why;
    EXPECT_EQ(test::finding(diagnosis, "postgres.schema").verdict, Verdict::ok);
    EXPECT_EQ(test::finding(diagnosis, "postgres.cluster").verdict, Verdict::ok);
    EXPECT_EQ(test::finding(diagnosis, "postgres.pooler").found, "none: a direct connection");
    EXPECT_EQ(test::finding(diagnosis, "postgres.rights").verdict, Verdict::ok);
}

TEST_F(DoctorAtPostgres, LooksAtEverythingInASchemaWithAnOddName) {
    settings.schema = R"(My "log" isn't @ 100 %)";
    postgres::migrate(settings);
    for (const auto& each : diagnose(settings).findings)
        EXPECT_NE(each.found, "could not be checked") << each.check << each.why;
}

// The shared server of the tests trades safety for speed.
TEST_F(DoctorAtPostgres, FindsEverySettingThatIsBad) {
    admin.run("ALTER DATABASE " + database() + " SET synchronous_commit = off");
    const auto diagnosis = diagnose(settings);
    EXPECT_EQ(test::finding(diagnosis, "postgres.fsync").verdict, Verdict::error);
    EXPECT_EQ(test::finding(diagnosis, "postgres.full_page_writes").verdict, Verdict::warning);
    EXPECT_EQ(test::finding(diagnosis, "postgres.synchronous_commit").verdict, Verdict::warning);
    // What the doctor prescribes, helps.
    admin.run(test::finding(diagnosis, "postgres.synchronous_commit").fix.front());
    EXPECT_EQ(finding("postgres.synchronous_commit").verdict, Verdict::ok);
}

TEST_F(DoctorAtPostgres, FindsADatabaseThatMayNotBeWritten) {
    admin.run("ALTER DATABASE " + database() + " SET default_transaction_read_only = on");
    const auto role = finding("postgres.role");
    EXPECT_EQ(role.verdict, Verdict::error);
    admin.run("SET default_transaction_read_only = off; " + role.fix.front());
    EXPECT_EQ(finding("postgres.role").verdict, Verdict::ok);
}

TEST_F(DoctorAtPostgres, FindsASchemaThatIsMissingOldOrNew) {
    admin.run("INSERT INTO contrail.schema_version VALUES (1000, 'from_the_future')");
    EXPECT_EQ(finding("postgres.schema").verdict, Verdict::warning);
    admin.run("DELETE FROM contrail.schema_version WHERE version > 3");
    EXPECT_EQ(finding("postgres.schema").verdict, Verdict::error);
    EXPECT_THAT(finding("postgres.schema").found, HasSubstr("version 3; this program needs"));
    settings.schema = "elsewhere";
    EXPECT_EQ(finding("postgres.schema").found, "no schema \"elsewhere\"");
    EXPECT_FALSE(has(diagnose(settings), "log.place")) << "there is no outbox to look at";
}

TEST_F(DoctorAtPostgres, FindsAnOutboxOfAnotherCluster) {
    admin.run("UPDATE contrail.cluster_identity SET system_identifier = 1");
    const auto cluster = finding("postgres.cluster");
    EXPECT_EQ(cluster.verdict, Verdict::error);
    EXPECT_THAT(cluster.found, HasSubstr("another database cluster (1,"));
    EXPECT_THAT(cluster.fix, ::testing::ElementsAre("contrail adopt"));
}

TEST_F(DoctorAtPostgres, NamesTheTransactionThatHasStagedRecords) {
    AdminPostgres reader(settings.database_url);
    reader.run("BEGIN; SELECT pg_current_xact_id()");
    EXPECT_EQ(finding("postgres.staging_transaction").found, "none has staged records");

    AdminPostgres writer(settings.database_url);
    writer.run("BEGIN; SELECT contrail.stage('create', 'ride', '{}')");
    EXPECT_THAT(finding("postgres.staging_transaction").found,
                AllOf(HasSubstr("pid " + writer.value("SELECT pg_backend_pid()")), HasSubstr("user postgres"),
                      HasSubstr("idle in transaction")));
    EXPECT_THAT(finding("postgres.oldest_transaction").found,
                HasSubstr("pid " + reader.value("SELECT pg_backend_pid()")));
}

TEST_F(DoctorAtPostgres, NamesTheSessionThatHoldsACheckpoint) {
    admin.run("INSERT INTO contrail.checkpoints (consumer, stream, last_id) VALUES ('mailer', '" +
              settings.stream_name + "', '1-1')");
    EXPECT_EQ(finding("postgres.checkpoint_lock").found, "none is locked");
    AdminPostgres holder(settings.database_url);
    holder.run("BEGIN; SELECT FROM contrail.checkpoints FOR UPDATE");
    EXPECT_THAT(finding("postgres.checkpoint_lock").found,
                AllOf(HasSubstr("that of mailer is locked"),
                      HasSubstr("by pid " + holder.value("SELECT pg_backend_pid()"))));
}

TEST_F(DoctorAtPostgres, NamesWhatAUserMayNotDo) {
    admin.run(
        "CREATE ROLE doctor_poor LOGIN; GRANT USAGE ON SCHEMA contrail TO doctor_poor; "
        "GRANT SELECT ON contrail.schema_version, contrail.batches TO doctor_poor");
    settings.database_url += "?user=doctor_poor";
    const auto rights = finding("postgres.rights");
    EXPECT_EQ(rights.verdict, Verdict::error);
    EXPECT_THAT(
        rights.found,
        AllOf(HasSubstr("user doctor_poor lacks for a streamer"), HasSubstr("INSERT on batches"),
              HasSubstr("UPDATE (last_offset) on batches"), ::testing::Not(HasSubstr("SELECT on batches"))));
    EXPECT_THAT(finding("postgres.oldest_transaction").found, HasSubstr("may not see"));
    admin.run("DROP OWNED BY doctor_poor; DROP ROLE doctor_poor");
}

TEST_F(DoctorAtPostgres, AsksAConsumersDatabaseForNoOutbox) {
    const auto diagnosis = diagnose(settings, Part::consumer);
    EXPECT_TRUE(has(diagnosis, "postgres.schema"));
    for (const char* check : {"outbox.segments", "log.place", "streamer.progress", "consumer.registered"})
        EXPECT_FALSE(has(diagnosis, check)) << check;
}

TEST_F(DoctorAtPostgres, LeavesRedisOutForAProducer) {
    settings.log_url.clear();
    const auto diagnosis = diagnose(settings, Part::producer);
    EXPECT_EQ(test::finding(diagnosis, "postgres.rights").verdict, Verdict::ok);
    EXPECT_FALSE(has(diagnosis, "redis.reachable"));
}

TEST_F(DoctorAtPostgres, GoesOnWithRedisWherePostgresIsAway) {
    settings.database_url = "postgres://nobody@%2Fno%2Fsuch%2Ffolder/rides";
    const auto diagnosis = diagnose(settings);
    EXPECT_THAT(checks(diagnosis, Verdict::error), ElementsAre("postgres.reachable"));
    EXPECT_THAT(test::finding(diagnosis, "postgres.reachable").why, HasSubstr("/no/such/folder"));
    EXPECT_TRUE(has(diagnosis, "redis.keys"));
    EXPECT_TRUE(has(diagnosis, "clock.redis"));
}

TEST_F(DoctorAtPostgres, FindsAPoolerThatSharesSessions) {
    const Pgbouncer pooler("transaction");
    settings.database_url = pooler.url(settings.database_url);
    EXPECT_EQ(finding("postgres.pooler", Part::streamer).verdict, Verdict::error);
    EXPECT_EQ(finding("postgres.pooler", Part::consumer).verdict, Verdict::ok);
    EXPECT_THAT(finding("postgres.pooler", Part::consumer).found, HasSubstr("transaction mode"));
}

TEST_F(DoctorAtPostgres, LeavesNothingBehindInAPooledSession) {
    const Pgbouncer pooler("transaction");
    settings.database_url = pooler.url(settings.database_url);
    (void)diagnose(settings);
    EXPECT_EQ(changed_settings(settings), "");
}

TEST(AStreamerBehindAPoolerThatSharesSessions, StopsBeforeItChangesOne) {
    const Pgbouncer pooler("transaction");
    Settings settings = fresh_settings();
    settings.database_url = pooler.url(settings.database_url);
    try {
        postgres_outbox(settings)->newest();
        ADD_FAILURE() << "the streamer took a session that it does not own";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
        EXPECT_THAT(error.what(),
                    AllOf(HasSubstr("a pooler in transaction mode"), HasSubstr("DATABASE_URL")));
    }
    EXPECT_EQ(changed_settings(settings), "");
}

TEST_F(DoctorAtPostgres, AcceptsAPoolerThatKeepsSessions) {
    const Pgbouncer pooler("session");
    settings.database_url = pooler.url(settings.database_url);
    EXPECT_EQ(finding("postgres.pooler").found, "session mode");
}

}  // namespace contrail::test
