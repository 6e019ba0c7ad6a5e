#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "contrail/postgres.hpp"
#include "contrail/reconciliation.hpp"
#include "contrail/redis.hpp"
#include "integration/postgres/is_error.hpp"
#include "postgres/adopt.hpp"
#include "postgres/identity.hpp"
#include "postgres/migrations.hpp"
#include "servers/temporary_directory.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A service whose streamer has led, so that the schema notes database and log.
class ClusterIdentity : public ::testing::Test {
protected:
    ClusterIdentity() {
        service.stage({"1"});
        service.stream();
    }

    static std::string name_in(const std::string& url) { return url.substr(url.rfind('/') + 1); }

    /// Every part that works with the outbox refuses it for the same reason.
    static void expect_refused(const Settings& settings, const ::testing::Matcher<std::string>& reason) {
        const auto refused = IsError(
            Retry::never, AllOf(reason, HasSubstr("Nothing was changed"), HasSubstr("contrail adopt")));
        const auto outbox = postgres_outbox(settings);
        EXPECT_THAT(error_of([&] { outbox->lead(); }), refused);
        EXPECT_THAT(error_of([&] { outbox->newest(); }), refused) << "once more, on a new connection";
        EXPECT_THAT(error_of([&] { Reconciliation{settings}; }), refused);
    }

    postgres::Adoption adopt(const Settings& settings) {
        return postgres::adopt(settings, *redis_log(settings));
    }

    /// What the schema notes, when a streamer has taken the lead.
    std::string note() {
        return service.database.value("SELECT cluster_identity::text FROM contrail.cluster_identity");
    }

    Pipeline service;
};

TEST_F(ClusterIdentity, IsNotedByTheFirstLeaderAndThenStays) {
    const std::string noted = note();
    EXPECT_THAT(noted, HasSubstr(service.settings.stream_name));
    service.stage({"2"});
    service.stream();
    EXPECT_EQ(note(), noted);
}

TEST_F(ClusterIdentity, IsOneRow) {
    EXPECT_THROW(
        service.database.run("INSERT INTO contrail.cluster_identity SELECT * FROM contrail.cluster_identity"),
        std::runtime_error);
}

TEST_F(ClusterIdentity, OutlivesARenameOfTheDatabase) {
    const std::string name = name_in(service.settings.database_url);
    AdminPostgres other(fresh_database());
    other.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
    other.run("ALTER DATABASE " + name + " RENAME TO " + name + "_renamed");
    Settings renamed = service.settings;
    renamed.database_url += "_renamed";
    Pipeline later(renamed);
    later.stage({"2"});
    later.stream();
    EXPECT_THAT(later.logged_data(), ElementsAre("1", "2"));
}

TEST_F(ClusterIdentity, OutlivesARewriteOfItsTable) {
    service.database.run("VACUUM FULL FREEZE contrail.cluster_identity");
    service.stage({"2"});
    service.stream();
    EXPECT_THAT(service.logged_data(), ElementsAre("1", "2"));
}

// A dump restored elsewhere brings the note of the cluster that it came from.
TEST_F(ClusterIdentity, StopsAnOutboxWhoseRecordsWereStagedInAnotherCluster) {
    service.database.run("UPDATE contrail.cluster_identity SET system_identifier = 42");
    expect_refused(service.settings,
                   AllOf(HasSubstr("another database cluster (42"), HasSubstr("restored from a dump")));
}

TEST_F(ClusterIdentity, StopsAnOutboxThatNotesNothing) {
    service.database.run("DELETE FROM contrail.cluster_identity");
    expect_refused(service.settings, HasSubstr("cluster_identity is empty"));

    service.stage({"2"});
    const auto adopted = adopt(service.settings);
    EXPECT_TRUE(adopted.keeps_records) << "the batches show that nothing was restored";
    service.stream();
    EXPECT_THAT(service.logged_data(), ElementsAre("1", "2"));
}

// What an operator who trusts the numbers in the refusal may try.
TEST_F(ClusterIdentity, StopsAnOutboxWhoseNoteWasWrittenByHand) {
    service.database.run(
        "UPDATE contrail.cluster_identity SET system_identifier = (SELECT system_identifier FROM pg_control_system())");
    expect_refused(service.settings, HasSubstr("written by hand"));
    adopt(service.settings);
    service.stage({"2"});
    service.stream();
    EXPECT_THAT(service.logged_data(), ElementsAre("1", "2"));
}

// A new schema whose batches came with the data of a dump.
TEST_F(ClusterIdentity, StopsAnOutboxWhoseNewestBatchLiesInTheFuture) {
    service.database.run(
        "UPDATE contrail.batches SET snapshot = '1000000000000:1000000000000:' WHERE no = (SELECT max(no) FROM "
        "contrail.batches)");
    expect_refused(service.settings, HasSubstr("before transaction 1000000000000"));
}

// A new schema whose batches came with the data of a dump, from a cluster that has assigned fewer transaction ids. What
// was staged before the last of them was sealed counts as sent.
TEST(Imported, BatchesAreRefusedWhereNoStreamerHasLed) {
    Pipeline other;
    Pipeline service;
    service.stage({"1"});
    other.stage({"2"});
    other.stream();
    const std::string batch = other.database.value(
        "SELECT format('(%s, %L, %s, %s, %s, %s, %L)', no, snapshot, sealed_ms, first_offset, last_offset, "
        "last_staged_id, sealed_by) FROM contrail.batches ORDER BY no DESC LIMIT 1");
    service.database.run(
        "DELETE FROM contrail.batches; INSERT INTO contrail.batches "
        "(no, snapshot, sealed_ms, first_offset, last_offset, last_staged_id, sealed_by) VALUES " +
        batch);
    EXPECT_THAT(error_of([&] { service.stream(); }),
                IsError(Retry::never, HasSubstr("not sealed one after the other")));

    postgres::adopt(service.settings, *redis_log(service.settings));
    service.stream();
    EXPECT_THAT(service.logged_data(), ElementsAre("1"));
}

TEST_F(ClusterIdentity, StopsAnOutboxWhoseBatchesLeaveAGapAfterTheBase) {
    for (const std::string data : {"2", "3"}) {
        service.stage({data});
        service.stream();
    }
    service.database.run("DELETE FROM contrail.batches WHERE no IN (1, 2)");
    expect_refused(service.settings, HasSubstr("not sealed one after the other"));
}

// The schema's own batch 0 is far below the batches that a dump brought.
TEST_F(ClusterIdentity, IsAdoptedWhereRestoredBatchesLeaveAGap) {
    for (const std::string data : {"2", "3", "4"}) {
        service.stage({data});
        service.stream();
    }
    service.database.run(
        "DELETE FROM contrail.batches WHERE no IN (1, 2, 3); "
        "UPDATE contrail.batches SET snapshot = '1000000000000:1000000000000:' WHERE no = 4");
    expect_refused(service.settings, HasSubstr("before transaction 1000000000000"));

    EXPECT_THAT(adopt(service.settings).reason, HasSubstr("restored from a dump"));
    service.stage({"5"});
    service.stream();
    EXPECT_EQ(service.logged_data().back(), "5");
}

// A table that was restored alone holds the rows of an earlier time, and nothing else went back.
TEST_F(ClusterIdentity, StopsAnOutboxOneOfWhoseSegmentsIsAnotherTable) {
    service.database.run(
        "ALTER TABLE contrail.staged_log_records DETACH PARTITION contrail.staged_log_records_1;"
        "ALTER TABLE contrail.staged_log_records_1 RENAME TO segment_before;"
        "CREATE TABLE contrail.staged_log_records_1 (LIKE contrail.segment_before INCLUDING ALL);"
        "ALTER TABLE contrail.staged_log_records ATTACH PARTITION contrail.staged_log_records_1 FOR VALUES IN (1)");
    expect_refused(service.settings, HasSubstr("others have their names: staged_log_records_1."));

    adopt(service.settings);
    service.stage({"2"});
    service.stream();
    EXPECT_THAT(service.logged_data(), ElementsAre("1", "2"));
}

TEST_F(ClusterIdentity, StopsAnOutboxWhoseBatchesAreThoseOfAnotherTable) {
    service.database.run(
        "ALTER TABLE contrail.batches RENAME TO batches_before;"
        "CREATE TABLE contrail.batches (LIKE contrail.batches_before INCLUDING ALL);"
        "INSERT INTO contrail.batches SELECT * FROM contrail.batches_before");
    expect_refused(service.settings, HasSubstr("others have their names: batches."));
}

TEST_F(ClusterIdentity, OutlivesARewriteOfTheTablesOfTheOutbox) {
    service.database.run("VACUUM FULL contrail.batches");
    service.database.run("VACUUM FULL contrail.staged_log_records_0");
    service.database.run("CLUSTER contrail.staged_log_records_1 USING staged_log_records_1_xid_id_idx");
    service.stage({"2"});
    service.stream();
    EXPECT_THAT(service.logged_data(), ElementsAre("1", "2"));
}

TEST_F(ClusterIdentity, StopsACopyThatWasMadeFromATemplate) {
    const std::string copied = name_in(service.settings.database_url) + "_copy";
    AdminPostgres other(fresh_database());
    other.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" +
              name_in(service.settings.database_url) + "'");
    other.run("CREATE DATABASE " + copied + " TEMPLATE " + name_in(service.settings.database_url));
    Settings staging = service.settings;
    staging.database_url += "_copy";
    expect_refused(staging, HasSubstr("another database of this server"));

    // With a log of its own it may go on.
    staging.stream_name += "-staging";
    EXPECT_TRUE(adopt(staging).keeps_records);
    Pipeline copy(staging);
    copy.stage({"2"});
    copy.stream();
    EXPECT_THAT(copy.logged_data(), ElementsAre("1", "2"));
    EXPECT_EQ(redis_log(service.settings)->head().offset, Offset{1});
}

TEST_F(ClusterIdentity, LetsCopiesOfAnUnusedTemplateBegin) {
    const std::string name = name_in(service.settings.database_url);
    EXPECT_EQ(service.database.value("SELECT database_oid = (SELECT oid FROM pg_database WHERE datname = '" +
                                     name + "') FROM contrail.cluster_identity"),
              "t")
        << "the database was made from a template that holds the schema";
}

TEST_F(ClusterIdentity, NamesTheOnlyLogThatTheOutboxFeeds) {
    Settings mistaken = service.settings;
    mistaken.stream_name = "ride";
    const auto outbox = postgres_outbox(mistaken);
    EXPECT_THAT(
        error_of([&] { outbox->lead(); }),
        IsError(Retry::never, AllOf(HasSubstr("feeds the log \"" + service.settings.stream_name + "\""),
                                    HasSubstr("Set STREAM_NAME to " + service.settings.stream_name))));

    EXPECT_THAT(adopt(mistaken).reason, HasSubstr("not \"ride\""));
    EXPECT_TRUE(outbox->lead());
    EXPECT_THAT(error_of([&] { postgres_outbox(service.settings)->newest(); }),
                IsError(Retry::never, HasSubstr("feeds the log \"ride\"")));
}

// Both began before either had led.
TEST(ClusterIdentityOfANewOutbox, IsNotedByOneOfTwoStreamersOfDifferentNames) {
    const Settings settings = fresh_settings();
    Settings mistaken = settings;
    mistaken.stream_name = "ride";
    const auto late = postgres_outbox(mistaken);
    late->newest();
    {
        const auto first = postgres_outbox(settings);
        EXPECT_TRUE(first->lead());
    }
    EXPECT_THAT(error_of([&] {
                    while (!late->lead()) {
                    }
                }),
                IsError(Retry::never, HasSubstr("feeds the log")));
}

// pg_upgrade copies tables as files into a cluster with a new number.
TEST(Identity, IsThatOfTheSameDatabaseAfterPgUpgrade) {
    using Origin = postgres::Identity::Origin;
    postgres::Identity identity{.cluster = "8",
                                .database = "5",
                                .noted_cluster = "7",
                                .noted_database = "5",
                                .stream = "rides",
                                .note_is_original = true,
                                .upgrades_keep_oids = true,
                                .newest_ends_at = {},
                                .cluster_ends_at = {}};
    EXPECT_EQ(identity.origin(), Origin::upgraded);
    identity.note_is_original = false;
    EXPECT_EQ(identity.origin(), Origin::other_cluster) << "a dump";
    identity.note_is_original = true;
    identity.noted_database = "6";
    EXPECT_EQ(identity.origin(), Origin::other_cluster) << "a copy of the upgraded database";
    identity.upgrades_keep_oids = false;
    EXPECT_EQ(identity.origin(), Origin::upgraded) << "before PostgreSQL 15";
    identity.newest_is_ahead = true;
    EXPECT_EQ(identity.origin(), Origin::ahead);
}

}  // namespace contrail::test
