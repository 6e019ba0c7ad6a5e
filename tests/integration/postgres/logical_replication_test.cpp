// A service's whole database is replicated (FOR ALL TABLES), with Contrail's schema in it: to a copy for reports, or to
// a server of a newer version that takes over.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "contrail/postgres.hpp"
#include "contrail/redis.hpp"
#include "integration/postgres/is_error.hpp"
#include "postgres/adopt.hpp"
#include "servers/private_postgres.hpp"
#include "servers/temporary_directory.hpp"
#include "support/pipeline.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

Settings at(const std::string& url, Settings settings) {
    settings.database_url = url;
    return settings;
}

std::string migrated(const std::string& url) {
    Settings settings;
    settings.database_url = url;
    migrate_postgres(settings);
    AdminPostgres(url).run("CREATE TABLE rides (id integer PRIMARY KEY)");
    return url;
}

}  // namespace

class LogicalReplication : public ::testing::Test {
protected:
    LogicalReplication() {
        service.database.run("CREATE PUBLICATION everything FOR ALL TABLES");
        service.stage({"1"});
        service.stream();
        service.stage({"2"});
    }

    static servers::PrivatePostgres::Options options(const std::filesystem::path& folder) {
        return {.data_dir = folder,
                .durable = false,
                .settings = {{"wal_level", "logical"},
                             {"max_wal_senders", "10"},
                             {"max_logical_replication_workers", "8"},
                             {"max_sync_workers_per_subscription", "4"},
                             {"max_worker_processes", "16"},
                             {"wal_retrieve_retry_interval", "100ms"}}};
    }

    void copy_definitions() {
        const std::string command = "pg_dump --schema-only --no-publications '" + publisher.url() +
                                    "' | psql --quiet --output /dev/null -v ON_ERROR_STOP=1 '" +
                                    subscriber.url() + "'";
        ASSERT_EQ(std::system(command.c_str()), 0) << command;
    }

    void subscribe() {
        copy.run("CREATE SUBSCRIPTION everything CONNECTION '" + publisher.url() +
                 "' PUBLICATION everything");
    }

    /// A change of the service's own, after everything before it.
    void wait_for_ride(int id) {
        service.database.run("INSERT INTO rides VALUES (" + std::to_string(id) + ")");
        wait_until("the ride is replicated", [&] {
            return copy.value("SELECT count(*) FROM rides WHERE id = " + std::to_string(id)) == "1";
        });
    }

    void wait_for_staged(const std::string& data) {
        wait_until("the staged record is replicated", [&] {
            return copy.value("SELECT count(*) FROM contrail.staged_log_records WHERE data = '" + data +
                              "'") == "1";
        });
    }

    /// The subscriber takes over from the publisher, with what the log lacks.
    void expect_to_take_over() {
        EXPECT_NE(copy.value("SELECT id FROM contrail.owner()"),
                  service.database.value("SELECT id FROM contrail.owner()"))
            << "its consumers are moved";
        service.stage({"3"});
        service.stream();
        service.stage({"4"});
        wait_for_staged("4");
        wait_for_ride(1);

        Pipeline later(at(subscriber.url(), service.settings));
        EXPECT_THAT(error_of([&] { later.stream(); }),
                    IsError(Retry::never, HasSubstr("another database cluster")));
        copy.run("DROP SUBSCRIPTION everything");
        later.stage({"5"});
        const auto log = redis_log(later.settings);
        EXPECT_THAT(postgres::adopt(later.settings, *log).reason, HasSubstr("copied by replication"));
        later.stage({"6"});
        later.stream();
        EXPECT_THAT(later.logged_data(), ElementsAre("1", "2", "3", "4", "5", "6"));
    }

    const servers::TemporaryDirectory folder;
    servers::PrivatePostgres publisher{options(folder.path() / "publisher")};
    servers::PrivatePostgres subscriber{options(folder.path() / "subscriber")};
    Pipeline service{at(migrated(publisher.url()), fresh_settings())};
    AdminPostgres copy{subscriber.url()};
};

// Both databases are in one cluster, which has one series of transaction ids.
TEST_F(LogicalReplication, CarriesTheOutboxToACopyInTheSameCluster) {
    publisher.create_database("copy");
    const std::string url = publisher.url("copy");
    const std::string command = "pg_dump --schema-only --no-publications '" + publisher.url() +
                                "' | psql --quiet --output /dev/null -v ON_ERROR_STOP=1 '" + url + "'";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
    // In one cluster, the command that subscribes would wait for itself to create the slot.
    service.database.value("SELECT pg_create_logical_replication_slot('nearby', 'pgoutput')");
    AdminPostgres near(url);
    near.run("CREATE SUBSCRIPTION nearby CONNECTION '" + publisher.url() +
             "' PUBLICATION everything WITH (create_slot = false)");
    const auto wait_for = [&](const std::string& data) {
        wait_until("the staged record is replicated", [&] {
            return near.value("SELECT count(*) FROM contrail.staged_log_records WHERE data = '" + data +
                              "'") == "1";
        });
    };
    wait_for("2");
    service.stage({"3"});
    wait_for("3");
    near.run("DROP SUBSCRIPTION nearby");

    Pipeline later(at(url, service.settings));
    postgres::adopt(later.settings, *redis_log(later.settings));
    later.stage({"4"});
    later.stream();
    EXPECT_THAT(later.logged_data(), ElementsAre("1", "2", "3", "4"));
}

// A service may stage records of what it gets by replication: its trigger runs in the worker that applies it.
TEST_F(LogicalReplication, LetsATriggerOfASubscriberStageRecords) {
    Pipeline own(at(migrated(subscriber.url()), fresh_settings()));
    own.stream();
    copy.run(
        "CREATE FUNCTION stage_ride() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN PERFORM contrail.stage(''create'', ''ride'', to_jsonb(NEW.id)); RETURN NEW; END'; "
        "CREATE TRIGGER stage_ride AFTER INSERT ON rides FOR EACH ROW EXECUTE FUNCTION stage_ride(); "
        "ALTER TABLE rides ENABLE ALWAYS TRIGGER stage_ride");
    service.database.run("CREATE PUBLICATION of_rides FOR TABLE rides");
    copy.run("CREATE SUBSCRIPTION of_rides CONNECTION '" + publisher.url() + "' PUBLICATION of_rides");
    wait_for_ride(1);
    wait_for_ride(2);
    own.stream();
    EXPECT_THAT(own.logged_data(), ElementsAre("1", "2"));
}

TEST_F(LogicalReplication, CarriesTheOutboxToACopyOfTheDefinitions) {
    copy_definitions();
    subscribe();
    wait_for_staged("2");
    expect_to_take_over();
}

TEST_F(LogicalReplication, CarriesTheOutboxToASchemaThatHasNotBeenUsed) {
    migrated(subscriber.url());
    subscribe();
    wait_for_staged("2");
    expect_to_take_over();
}

TEST_F(LogicalReplication, LeavesEveryCommandOfThePublisherAtWork) {
    copy_definitions();
    subscribe();
    wait_for_staged("2");

    // Everything that changes a table: seal, note, adopt, consume, park and discard, and empty a segment.
    service.stream();
    service.consume("mailer");
    service.database.run("DELETE FROM contrail.cluster_identity");
    EXPECT_TRUE(postgres::adopt(service.settings, *redis_log(service.settings)).keeps_records);
    service.stage({"3"});
    service.stream();
    service.database.run(
        "INSERT INTO contrail.dead_letters (consumer, stream, record_id, action, object, data, error, attempts, "
        "first_refused_at) VALUES ('mailer', 's', '1-1', 'a', 'o', '1', 'no', 1, now());"
        "UPDATE contrail.dead_letters SET marked_at = now();"
        "DELETE FROM contrail.dead_letters");
    service.database.run(
        "BEGIN; SET LOCAL contrail.emptying = on; TRUNCATE contrail.staged_log_records; COMMIT");
    wait_for_ride(1);
    wait_until("the segments are empty",
               [&] { return copy.value("SELECT count(*) FROM contrail.staged_log_records") == "0"; });
    EXPECT_EQ(copy.value("SELECT last_id FROM contrail.checkpoints WHERE consumer = 'mailer'"),
              service.checkpoint("mailer"));
}

TEST_F(LogicalReplication, IsRefusedByAnOutboxThatIsInUse) {
    Pipeline other(at(migrated(subscriber.url()), fresh_settings()));
    other.stage({"9"});
    other.stream();
    subscribe();
    wait_until("replication stands", [&] {
        return copy.value("SELECT count(*) FROM pg_stat_subscription_stats WHERE sync_error_count > 0") ==
               "1";
    });
    EXPECT_EQ(copy.value("SELECT count(*) FROM contrail.staged_log_records"), "1");
    EXPECT_EQ(copy.value("SELECT count(*) FROM contrail.batches WHERE no > 0"), "1");
    other.stage({"10"});
    other.stream();
    EXPECT_THAT(other.logged_data(), ElementsAre("9", "10"));
    copy.run("DROP SUBSCRIPTION everything");
}

// A table without it would take no part, and stop the publisher's own statements or the subscriber's copy.
// An unlogged table is in no publication.
TEST_F(LogicalReplication, IsProvidedForInEveryTable) {
    EXPECT_EQ(service.database.value(
                  "SELECT string_agg(relname, ', ') FROM pg_class AS part WHERE relkind = 'r' "
                  "AND relpersistence = 'p' AND relnamespace = 'contrail'::regnamespace "
                  "AND NOT EXISTS (SELECT FROM pg_trigger "
                  "WHERE tgrelid = part.oid AND tgname = 'admit_replicated' AND tgenabled = 'R')"),
              "");
    EXPECT_EQ(service.database.value(
                  "SELECT string_agg(relname, ', ') FROM pg_class AS part WHERE relkind = 'r' "
                  "AND relnamespace = 'contrail'::regnamespace AND relreplident = 'd' "
                  "AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = part.oid AND indisprimary) "
                  "AND relname !~ '^staged_log_records_'"),
              "");
}

}  // namespace contrail::test
