#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "contrail/retention.hpp"
#include "integration/postgres/is_error.hpp"
#include "operations/consumers/move.hpp"
#include "operations/consumers/running.hpp"
#include "postgres/checkpoint_owner.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

std::string name_in(const Settings& settings) {
    return settings.database_url.substr(settings.database_url.rfind('/') + 1);
}

/// Runs a statement that wants the database to itself.
void run_beside(const Settings& settings, const std::string& statement) {
    AdminPostgres other(fresh_database());
    other.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name_in(settings) +
              "'");
    other.run(statement);
}

/// A log whose consumer is in the service's database, and settings that lead a second database to the same log.
class ConsumerOwners : public ::testing::Test {
protected:
    ConsumerOwners() {
        service.stage({"1", "2"});
        service.stream();
        service.consume("mailer");
        service.consume("mailer");  // reports what it has applied
    }

    static Settings with_log_of(const Settings& settings) {
        Settings second = fresh_settings();
        second.log_url = settings.log_url;
        second.stream_name = settings.stream_name;
        return second;
    }

    static std::string owner_id(const Settings& settings) {
        return postgres_checkpoints(settings)->owner().id;
    }

    std::string owner_column(const std::string& column) {
        return service.database.value("SELECT " + column + " FROM contrail.consumers WHERE name = 'mailer'");
    }

    void retain() {
        const auto outbox = postgres_outbox(service.settings);
        const auto log = redis_log(service.settings);
        Retention(*outbox, *log, system_clock(), {}).run_once();
    }

    auto is_refusal() {
        return IsError(
            Retry::never,
            AllOf(HasSubstr("consumer mailer belongs to database \"" + name_in(service.settings) + '"'),
                  HasSubstr("keeps its checkpoint in database \"" + name_in(second.settings) + '"'),
                  HasSubstr("Nothing was changed"), HasSubstr("contrail consumer move")));
    }

    RecordId position() {
        return redis_log(service.settings)->reports().positions.at(ConsumerName("mailer"));
    }

    Pipeline service;
    Pipeline second{with_log_of(service.settings)};
};

}  // namespace

// The faster one's position would let the log drop what the slower one needs.
TEST_F(ConsumerOwners, KeepASecondDatabaseFromTheNameAndNameBoth) {
    EXPECT_THAT(error_of([&] { second.consume("mailer"); }), is_refusal());
    EXPECT_EQ(second.checkpoint("mailer"), "");
    EXPECT_EQ(position().offset, Offset{2});
    EXPECT_THAT(second.consume("totals"), ElementsAre("1", "2")) << "another name";
}

TEST_F(ConsumerOwners, KeepASecondDatabaseThatHasACheckpointFromReporting) {
    second.database.run("SELECT contrail.register('mailer', '" + service.settings.stream_name + "', '" +
                        service.checkpoint("mailer") + "')");
    service.stage({"3"});
    service.stream();
    EXPECT_THAT(error_of([&] { second.consume("mailer"); }), is_refusal());
    EXPECT_EQ(position().offset, Offset{2});
    EXPECT_THAT(service.consume("mailer"), ElementsAre("3"));
}

TEST_F(ConsumerOwners, AreKnownToTheOutboxAndComeBackAfterALossOfRedis) {
    retain();
    EXPECT_EQ(owner_column("owner_id"), owner_id(service.settings));
    EXPECT_THAT(owner_column("owner_name"), HasSubstr("database \"" + name_in(service.settings)));

    service.redis.run({"FLUSHALL"});
    service.stream();
    retain();
    second.database.run("SELECT contrail.register('mailer', '" + service.settings.stream_name + "', '" +
                        service.checkpoint("mailer") + "')");
    EXPECT_THAT(error_of([&] { second.consume("mailer"); }), is_refusal());
}

TEST_F(ConsumerOwners, AreRestoredWhereASecondDatabaseWasFasterAfterALoss) {
    retain();
    service.redis.run({"FLUSHALL"});
    service.stage({"3"});
    service.stream();
    second.consume("mailer");
    second.consume("mailer");  // reports what it has applied
    retain();
    EXPECT_EQ(owner_column("owner_id"), owner_id(service.settings));
    EXPECT_EQ(position().offset, Offset{2}) << "not what the second database reported";
    EXPECT_THAT(error_of([&] { second.consume("mailer"); }), is_refusal());
    EXPECT_THAT(service.consume("mailer"), ElementsAre("3")) << "and is not refused";
}

TEST_F(ConsumerOwners, AreForgottenWithTheConsumer) {
    const auto outbox = postgres_outbox(service.settings);
    const auto log = redis_log(service.settings);
    log->act_for(outbox->identity());
    outbox->registry().forget(ConsumerName("mailer"));
    log->forget(ConsumerName("mailer"));
    EXPECT_THAT(second.consume("mailer"), ElementsAre("1", "2"));
}

TEST_F(ConsumerOwners, ChangeWhenAnOperatorMovesTheConsumer) {
    retain();
    second.database.run("SELECT contrail.register('mailer', '" + service.settings.stream_name + "', '0-0')");
    const auto log = redis_log(second.settings);
    const auto checkpoints = postgres_checkpoints(second.settings);
    const auto move = operations::plan_move(ConsumerName("mailer"), *checkpoints, *log);
    EXPECT_THAT(describe(move), HasSubstr("moves to database \"" + name_in(second.settings)));
    EXPECT_EQ(position().offset, Offset{2}) << "a plan changes nothing";

    execute(move, *log, system_clock(), std::chrono::milliseconds(0));
    retain();
    EXPECT_EQ(owner_column("owner_id"), owner_id(second.settings));
    EXPECT_THAT(second.consume("mailer"), ElementsAre("1", "2"));
    EXPECT_THAT(error_of([&] { service.consume("mailer"); }), IsError(Retry::never, HasSubstr("OTHEROWNER")));
    EXPECT_EQ(log->reports().owner_of(ConsumerName("mailer")).moved_from, "") << "the outbox knows";
}

// Every user that may report may set any position beside the log.
TEST_F(ConsumerOwners, BoundAPositionByTheCheckpointWhereThatIsInTheServicesDatabase) {
    service.stage({"3"});
    service.stream();
    retain();
    const std::string forged = service.logged().back().id.to_string();
    for (const bool names_owner : {true, false}) {
        service.redis.run({"HSET", service.settings.stream_name + ":positions", "mailer", forged});
        if (!names_owner) service.redis.run({"HDEL", service.settings.stream_name + ":owners", "mailer"});
        retain();
        EXPECT_EQ(owner_column("last_id"), service.checkpoint("mailer"))
            << "the owner is named: " << names_owner;
    }
    EXPECT_THAT(service.consume("mailer"), ElementsAre("3"));
}

// Which database is the same one?

TEST_F(ConsumerOwners, StayTheSameWhenTheDatabaseIsRenamed) {
    const std::string before = owner_id(service.settings);
    run_beside(service.settings, "ALTER DATABASE " + name_in(service.settings) + " RENAME TO " +
                                     name_in(service.settings) + "_2");
    Settings renamed = service.settings;
    renamed.database_url += "_2";
    EXPECT_EQ(owner_id(renamed), before);
}

TEST_F(ConsumerOwners, AreOthersInACopyThatWasMadeFromATemplate) {
    const std::string before = owner_id(service.settings);
    run_beside(service.settings,
               "CREATE DATABASE " + name_in(service.settings) + "_2 TEMPLATE " + name_in(service.settings));
    Settings copied = service.settings;
    copied.database_url += "_2";
    EXPECT_NE(owner_id(copied), before);
    EXPECT_EQ(owner_id(copied), owner_id(copied)) << "it stays";
    EXPECT_EQ(owner_id(service.settings), before);
    EXPECT_THAT(error_of([&] { Pipeline(copied).consume("mailer"); }),
                IsError(Retry::never, HasSubstr("OTHEROWNER")));
}

TEST_F(ConsumerOwners, StayTheSameAfterARewriteOfTheTable) {
    const std::string before = owner_id(service.settings);
    service.database.run("VACUUM FULL FREEZE contrail.checkpoint_owner");
    EXPECT_EQ(owner_id(service.settings), before);
}

// Its effects stay, so the records after the older checkpoint would be applied again.
TEST_F(ConsumerOwners, AreOthersWhereCheckpointsWereRestoredAlone) {
    const std::string before = owner_id(service.settings);
    const std::string applied = service.checkpoint("mailer");
    service.database.run(
        "CREATE TABLE contrail.restored (LIKE contrail.checkpoints INCLUDING ALL); "
        "DROP TABLE contrail.checkpoints; ALTER TABLE contrail.restored RENAME TO checkpoints; "
        "SELECT contrail.register('mailer', '" +
        service.settings.stream_name + "', '0-0')");
    EXPECT_NE(owner_id(service.settings), before);
    EXPECT_EQ(owner_id(service.settings), owner_id(service.settings)) << "it stays";
    EXPECT_THAT(error_of([&] { service.consume("mailer"); }),
                IsError(Retry::never, AllOf(HasSubstr("restored from a dump"), HasSubstr("consumer move"))));

    const auto log = redis_log(service.settings);
    const auto move =
        operations::plan_move(ConsumerName("mailer"), *postgres_checkpoints(service.settings), *log);
    EXPECT_THAT(describe(move), HasSubstr("reported " + applied + " last"));
    execute(move, *log, system_clock(), std::chrono::milliseconds(0));
    EXPECT_THAT(service.consume("mailer"), ElementsAre("1", "2"));
}

// pg_upgrade copies tables as files into a cluster with another number.
TEST_F(ConsumerOwners, StayTheSameAfterPgUpgradeAndAreOthersAfterADump) {
    service.database.run(
        "UPDATE contrail.checkpoint_owner SET system_identifier = 42, database_oid = (SELECT oid FROM pg_database "
        "WHERE datname = current_database()), noted_xid = pg_current_xact_id()");
    const std::string upgraded = service.database.value("SELECT id FROM contrail.checkpoint_owner");
    EXPECT_EQ(owner_id(service.settings), upgraded);

    service.database.run("UPDATE contrail.checkpoint_owner SET table_oid = table_oid");
    EXPECT_NE(owner_id(service.settings), upgraded)
        << "the row is no longer as the schema's own statement left it";
}

// The number of the cluster changes, and the files of a copy do not.
TEST_F(ConsumerOwners, StayTheSameAfterPgUpgradeInACopyOfFiles) {
    service.database.run(
        "UPDATE contrail.checkpoint_owner SET system_identifier = 42, database_oid = 43, "
        "noted_xid = pg_current_xact_id()");
    EXPECT_EQ(
        owner_id(service.settings),
        service.database.value(
            "SELECT md5(concat_ws(' ', noted.id, 42, own.oid, noted.tableoid, noted.checkpoints_oid))::uuid "
            "FROM contrail.checkpoint_owner AS noted, pg_database AS own "
            "WHERE own.datname = current_database()"));
}

// After which the note is as good as that of a schema that was made here.
TEST_F(ConsumerOwners, StayTheSameWhenARestoredDumpIsNoted) {
    service.database.run("UPDATE contrail.checkpoint_owner SET system_identifier = 42, table_oid = 43");
    const std::string restored = owner_id(service.settings);
    const auto noted = [&] {
        return service.database.value(
            "SELECT format('%s %s', id, system_identifier = (SELECT system_identifier FROM pg_control_system()) "
            "AND noted_xid::xid = xmin AND table_oid = tableoid) FROM contrail.checkpoint_owner");
    };
    EXPECT_NE(noted(), restored + " t");
    postgres::settle_checkpoint_owner(service.settings);
    EXPECT_EQ(noted(), restored + " t");
    EXPECT_EQ(owner_id(service.settings), restored);
}

TEST_F(ConsumerOwners, AreNeededFromADatabase) {
    service.database.run("DELETE FROM contrail.checkpoint_owner");
    EXPECT_THAT(
        error_of([&] { service.consume("mailer"); }),
        IsError(Retry::never, AllOf(HasSubstr("checkpoint_owner is empty"), HasSubstr("contrail migrate"))));
}

}  // namespace contrail::test
