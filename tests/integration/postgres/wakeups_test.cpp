// A streamer rests while nothing is staged, and the commit that stages a record wakes it. Where a wakeup does not come,
// the next poll finds the record.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <memory>
#include <stdexcept>
#include <thread>

#include "contrail/postgres.hpp"
#include "integration/operations/pgbouncer.hpp"
#include "integration/postgres/is_error.hpp"
#include "postgres/migrations.hpp"
#include "postgres/rights.hpp"
#include "postgres/schema.hpp"
#include "servers/private_postgres.hpp"
#include "servers/temporary_directory.hpp"
#include "support/admin_postgres.hpp"
#include "support/test_servers.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

namespace {

constexpr Clock::Duration no_wait{0};
/// Longer than any wakeup takes.
constexpr Clock::Duration wakeup_wait_max = std::chrono::minutes(5);

constexpr auto insert_ride =
    "INSERT INTO contrail.staged_log_records (action, object, data) VALUES ('create', 'ride', '{}')";
constexpr auto stage_ride = "SELECT contrail.stage('create', 'ride', '{}')";

/// A streamer's outbox, polled as the streamer polls it.
class RestingOutbox {
public:
    explicit RestingOutbox(const Settings& settings)
        : outbox_(postgres_outbox(settings)),
          previous_(outbox_->newest()) {}

    /// How a rest of this length ends. Nothing may be staged when it begins.
    Rest rest(Clock::Duration wait_max = no_wait, const std::stop_token& stop = {}) {
        EXPECT_FALSE(outbox_->next(previous_).has_value());
        return outbox_->rest(wait_max, stop);
    }

    void begin_to_rest() {
        wait_until("the streamer may rest", [&] { return rest() != Rest::refused; });
    }

    /// The records of the next batch, which must be a short one; 0 if there is none.
    std::uint64_t next_batch() {
        const auto batch = outbox_->next(previous_);
        if (!batch) return 0;
        previous_ = batch->ending_at(batch->last.value());
        return previous_.last.value - previous_.first.value + 1;
    }

    Outbox& outbox() { return *outbox_; }

private:
    std::unique_ptr<Outbox> outbox_;
    Batch previous_;
};

/// Counts the notifications that a streamer would get.
class NotificationCount {
public:
    NotificationCount(const std::string& url, AdminPostgres& admin)
        : connection_(PQconnectdb(url.c_str()), &PQfinish),
          channel_("contrail_streamer_" +
                   admin.value("SELECT 'contrail.streamer_rests_until'::regclass::oid")) {
        run("LISTEN " + channel_);
    }

    /// Those of all transactions that committed since the last call.
    int take() {
        // It comes after theirs, because all notifications stand in one queue.
        run("NOTIFY " + channel_ + ", 'the last'");
        for (int count = 0;; ++count) {
            const std::unique_ptr<PGnotify, decltype(&PQfreemem)> next(PQnotifies(connection_.get()),
                                                                       &PQfreemem);
            if (!next) throw std::runtime_error("the session's own notification did not come");
            if (next->extra == std::string("the last")) return count;
        }
    }

private:
    void run(const std::string& statement) {
        const std::unique_ptr<PGresult, decltype(&PQclear)> result(
            PQexec(connection_.get(), statement.c_str()), &PQclear);
        if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
            throw std::runtime_error(PQerrorMessage(connection_.get()));
    }

    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
    std::string channel_;
};

}  // namespace

class Wakeups : public ::testing::Test {
protected:
    std::string rests_until() { return admin.value("SELECT last_value FROM contrail.streamer_rests_until"); }

    const Settings settings = fresh_settings();
    AdminPostgres admin{settings.database_url};
    RestingOutbox streamer{settings};
};

TEST_F(Wakeups, ComeFromEveryWayToStage) {
    streamer.begin_to_rest();
    for (const std::string statement : {stage_ride, insert_ride}) {
        admin.run(statement);
        EXPECT_EQ(streamer.outbox().rest(wakeup_wait_max, {}), Rest::woken) << statement;
        EXPECT_EQ(streamer.next_batch(), 1U) << statement;
        EXPECT_EQ(streamer.rest(), Rest::elapsed) << "it rests again at once";
    }
}

TEST_F(Wakeups, AreOneForATransactionAndNoneForARollback) {
    NotificationCount notifications(settings.database_url, admin);
    admin.run(stage_ride);
    EXPECT_EQ(notifications.take(), 0) << "while the streamer polls";
    EXPECT_EQ(streamer.next_batch(), 1U);

    streamer.begin_to_rest();
    admin.run(std::string("BEGIN; ") + stage_ride + "; ROLLBACK");
    admin.run(std::string("BEGIN; SAVEPOINT s; ") + stage_ride + "; ROLLBACK TO s; COMMIT");
    EXPECT_EQ(notifications.take(), 0);
    admin.run(
        "INSERT INTO contrail.staged_log_records (action, object, data) "
        "SELECT 'create', 'ride', '{}' FROM generate_series(1, 1000)");
    EXPECT_EQ(notifications.take(), 1);
}

// Such a transaction did not know of the rest, and wakes no streamer.
TEST_F(Wakeups, AreNotReliedOnWhileATransactionIsOpenThatStagedBefore) {
    AdminPostgres late(settings.database_url);
    late.run(std::string("BEGIN; ") + stage_ride);
    for (int poll = 0; poll < 10; ++poll) EXPECT_EQ(streamer.rest(), Rest::refused);
    late.run("COMMIT");
    EXPECT_EQ(streamer.next_batch(), 1U);
    streamer.begin_to_rest();
}

TEST_F(Wakeups, ComeFromATransactionThatBeganBeforeAndStagesLater) {
    AdminPostgres late(settings.database_url);
    late.run("BEGIN; SELECT 1");
    streamer.begin_to_rest();
    late.run(stage_ride);
    EXPECT_EQ(streamer.rest(), Rest::elapsed) << "it has not committed";
    late.run("COMMIT");
    EXPECT_EQ(streamer.outbox().rest(wakeup_wait_max, {}), Rest::woken);
    EXPECT_EQ(streamer.next_batch(), 1U);
}

TEST_F(Wakeups, MayBeLostAndThePollThatEndsTheRestFindsTheRecord) {
    streamer.begin_to_rest();
    admin.run("SELECT setval('contrail.streamer_rests_until', 0)");
    admin.run(stage_ride);
    EXPECT_EQ(streamer.outbox().rest(no_wait, {}), Rest::elapsed);
    EXPECT_EQ(streamer.next_batch(), 1U);
}

TEST_F(Wakeups, ReachEveryStreamerThatRests) {
    RestingOutbox other(settings);
    streamer.begin_to_rest();
    other.begin_to_rest();
    admin.run(stage_ride);
    EXPECT_EQ(streamer.outbox().rest(wakeup_wait_max, {}), Rest::woken);
    EXPECT_EQ(other.outbox().rest(wakeup_wait_max, {}), Rest::woken);
}

// A NOTIFY in every commit would hold up the commits of a busy service.
TEST_F(Wakeups, AreGivenUpInBusyTimes) {
    NotificationCount notifications(settings.database_url, admin);
    streamer.begin_to_rest();
    EXPECT_NE(rests_until(), "0");
    constexpr int burst = 100;
    for (int transaction = 0; transaction < burst; ++transaction) admin.run(stage_ride);
    EXPECT_EQ(notifications.take(), burst);

    EXPECT_EQ(streamer.next_batch(), static_cast<std::uint64_t>(burst));
    EXPECT_EQ(rests_until(), "0");
    admin.run(stage_ride);
    EXPECT_EQ(notifications.take(), 0);

    EXPECT_EQ(streamer.next_batch(), 1U);
    streamer.begin_to_rest();
    EXPECT_NE(rests_until(), "0");
}

// A streamer that died at rest cannot take back what it announced.
TEST_F(Wakeups, AreGivenUpInBusyTimesByTheStreamerThatFollows) {
    RestingOutbox(settings).begin_to_rest();
    for (int transaction = 0; transaction < 100; ++transaction) admin.run(stage_ride);
    EXPECT_EQ(streamer.next_batch(), 100U);
    EXPECT_EQ(rests_until(), "0");
}

TEST_F(Wakeups, AreNotSentOnceTheAnnouncementIsOld) {
    NotificationCount notifications(settings.database_url, admin);
    streamer.begin_to_rest();
    admin.run("SELECT setval('contrail.streamer_rests_until', 1)");
    admin.run(stage_ride);
    EXPECT_EQ(notifications.take(), 0);
}

TEST_F(Wakeups, EndWithTheRestWhenTheStreamerHasToStop) {
    streamer.begin_to_rest();
    std::stop_source stop;
    std::thread stopper([&] { stop.request_stop(); });
    EXPECT_EQ(streamer.outbox().rest(wakeup_wait_max, stop.get_token()), Rest::elapsed);
    stopper.join();
}

TEST_F(Wakeups, AreForgottenWithTheSession) {
    streamer.begin_to_rest();
    admin.run(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
        "WHERE application_name = 'contrail streamer' AND datname = current_database()");
    EXPECT_EQ(streamer.outbox().rest(wakeup_wait_max, {}), Rest::elapsed)
        << "the next call says that the session is lost";
    EXPECT_TRUE(error_of([&] { streamer.next_batch(); }).has_value());
    streamer.begin_to_rest();
    admin.run(stage_ride);
    EXPECT_EQ(streamer.outbox().rest(wakeup_wait_max, {}), Rest::woken);
}

TEST_F(Wakeups, ComeThroughAPoolerInTransactionMode) {
    const Pgbouncer pooler("transaction");
    AdminPostgres producer(pooler.url(settings.database_url));
    streamer.begin_to_rest();
    producer.run(stage_ride);
    EXPECT_EQ(streamer.outbox().rest(wakeup_wait_max, {}), Rest::woken);
}

TEST_F(Wakeups, ComeFromAProducerWithNoMoreThanItsRights) {
    const std::string prefix = admin.value("SELECT current_database()");
    postgres::make_roles(settings, prefix);
    streamer.begin_to_rest();
    admin.run("SET ROLE \"" + prefix + "_producer\"");
    admin.run(stage_ride);
    admin.run("RESET ROLE");
    EXPECT_EQ(streamer.outbox().rest(wakeup_wait_max, {}), Rest::woken);
}

TEST_F(Wakeups, AreSentByPostgresOwnFunctionsWhateverTheProducersSearchPath) {
    admin.run(
        "CREATE SCHEMA evil;"
        "CREATE FUNCTION evil.refuse() RETURNS void LANGUAGE plpgsql AS 'BEGIN RAISE ''evil''; END';"
        "CREATE FUNCTION evil.pg_notify(text, text) RETURNS void LANGUAGE sql AS 'SELECT evil.refuse()';"
        "CREATE FUNCTION evil.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT now() FROM evil.refuse()';"
        "CREATE FUNCTION evil.greater(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT false';"
        "CREATE OPERATOR evil.> (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = evil.greater);"
        "CREATE FUNCTION evil.equal(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false';"
        "CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.equal)");
    streamer.begin_to_rest();
    admin.run("SET search_path = evil, pg_catalog");
    admin.run(stage_ride);
    EXPECT_EQ(streamer.outbox().rest(wakeup_wait_max, {}), Rest::woken);
}

TEST(WakeupsOfAnOlderSchema, ComeOnceItIsMigrated) {
    Settings settings = fresh_settings();
    settings.database_url = fresh_database();
    AdminPostgres admin(settings.database_url);
    for (const auto& migration : postgres::migrations()) {
        if (migration.name == "streamer_rests_until") break;
        admin.run(postgres::in_schema(migration.text, "contrail") +
                  "; INSERT INTO contrail.schema_version VALUES (" + std::to_string(migration.version) +
                  ", '" + std::string(migration.name) + "')");
    }
    admin.run(stage_ride);
    postgres::migrate(settings);
    RestingOutbox streamer(settings);
    EXPECT_EQ(streamer.next_batch(), 1U);
    streamer.begin_to_rest();
    admin.run(stage_ride);
    EXPECT_EQ(streamer.outbox().rest(wakeup_wait_max, {}), Rest::woken);
}

// PostgreSQL prepares no transaction that has notified.
TEST(WakeupsWithTwoPhaseCommit, AreNeitherSentNorAwaited) {
    const servers::TemporaryDirectory directory;
    servers::PrivatePostgres server({.data_dir = directory.path() / "postgres",
                                     .durable = false,
                                     .settings = {{"max_prepared_transactions", "1"}}});
    const Settings settings{.database_url = server.url(), .stream_name = "rides"};
    postgres::migrate(settings);
    AdminPostgres admin(settings.database_url);
    RestingOutbox streamer(settings);
    for (int poll = 0; poll < 10; ++poll) EXPECT_EQ(streamer.rest(), Rest::refused);

    // As after a restart with another setting.
    admin.run("SELECT setval('contrail.streamer_rests_until', 9000000000000)");
    admin.run(std::string("BEGIN; ") + stage_ride + "; PREPARE TRANSACTION 'one'");
    admin.run("COMMIT PREPARED 'one'");
    EXPECT_EQ(streamer.next_batch(), 1U);
}

}  // namespace contrail::test
