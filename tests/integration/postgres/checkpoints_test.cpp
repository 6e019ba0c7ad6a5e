#include "postgres/postgres_checkpoints.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <future>

#include "contrail/postgres.hpp"
#include "integration/postgres/is_error.hpp"
#include "support/admin_postgres.hpp"
#include "support/test_servers.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PostgresCheckpoints : public ::testing::Test {
protected:
    PostgresCheckpoints() { admin.run("CREATE TABLE effects (value int); INSERT INTO effects VALUES (0)"); }

    static RecordId id(std::uint64_t offset) { return {1'700'000'000'000, Offset{offset}}; }

    void commit_at(RecordId to) {
        const auto transaction = checkpoints->begin(name);
        ASSERT_TRUE(transaction->advance(to));
        transaction->commit();
    }

    std::optional<RecordId> load() { return checkpoints->begin(name)->checkpoint(); }

    /// Ends the consumers' sessions, and returns once they are gone.
    void end_sessions() {
        admin.run(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE application_name = 'contrail consumer' AND datname = current_database()");
    }

    const Settings settings = fresh_settings();
    const ConsumerName name{"distance"};
    AdminPostgres admin{settings.database_url};
    std::unique_ptr<Checkpoints> checkpoints = postgres_checkpoints(settings);
};

TEST_F(PostgresCheckpoints, MakeASecondInstanceWaitUntilTheFirstIsThrough) {
    commit_at(id(1));
    auto first = checkpoints->begin(name);
    auto second = std::async(std::launch::async,
                             [&] { return postgres_checkpoints(settings)->begin(name)->checkpoint(); });
    wait_until("the second one waits",
               [&] { return admin.value("SELECT count(*) FROM pg_locks WHERE NOT granted") != "0"; });

    ASSERT_TRUE(first->advance(id(2)));
    first->commit();

    EXPECT_EQ(second.get(), id(2));
}

TEST_F(PostgresCheckpoints, LetNoFrozenInstanceHoldUpAnother) {
    const auto transaction = checkpoints->begin(name);
    EXPECT_THAT(sql(*transaction).execute("SHOW idle_in_transaction_session_timeout"),
                ElementsAre(ElementsAre("1min")));
}

TEST_F(PostgresCheckpoints, LeaveNothingInTheSessionThatAPoolerWouldPassOn) {
    commit_at(id(1));
    commit_at(id(2));
    Sql session = sql(*checkpoints->begin(name));  // That transaction is over; its session goes on.
    EXPECT_EQ(session.execute("SELECT count(*) FROM pg_prepared_statements").at(0).at(0), "0");
    EXPECT_EQ(session.execute("SHOW idle_in_transaction_session_timeout").at(0).at(0), "0");
}

TEST_F(PostgresCheckpoints, TakeAnyNameOfALog) {
    Settings odd = settings;
    odd.stream_name = R"(it's-a\log)";
    const auto of_odd = postgres_checkpoints(odd);
    const auto transaction = of_odd->begin(name);
    ASSERT_TRUE(transaction->advance(id(1)));
    transaction->commit();
    EXPECT_EQ(of_odd->begin(name)->checkpoint(), id(1));
    EXPECT_EQ(admin.value("SELECT stream || ' ' || last_offset FROM contrail.checkpoints"),
              odd.stream_name + " 1");
}

TEST_F(PostgresCheckpoints, StartOverAfterTheSessionWasEnded) {
    commit_at(id(1));
    end_sessions();
    EXPECT_THAT(error_of([&] { load(); }),
                IsError(Retry::call, HasSubstr("Cannot begin a consumer's transaction")));
    EXPECT_EQ(load(), id(1));
}

TEST_F(PostgresCheckpoints, ForgetATransactionWhoseSessionWasEnded) {
    auto transaction = checkpoints->begin(name);
    sql(*transaction).execute("UPDATE effects SET value = 1");
    end_sessions();
    EXPECT_THAT(error_of([&] { (void)transaction->advance(id(1)); }),
                IsError(Retry::transaction, HasSubstr("Cannot advance")));
    EXPECT_THAT(error_of([&] { transaction->commit(); }),
                IsError(Retry::transaction, HasSubstr("connection was lost")));
    transaction.reset();

    EXPECT_EQ(load(), std::nullopt);
    EXPECT_EQ(admin.value("SELECT value FROM effects"), "0");
}

TEST_F(PostgresCheckpoints, AreInDoubtAboutACommitWithoutAnswer) {
    const auto transaction = checkpoints->begin(name);
    ASSERT_TRUE(transaction->advance(id(1)));
    end_sessions();
    EXPECT_THAT(error_of([&] { transaction->commit(); }),
                IsError(Retry::in_doubt, HasSubstr("Cannot commit")));
}

TEST_F(PostgresCheckpoints, NoticeAHandlerThatPassesOverAnError) {
    auto transaction = checkpoints->begin(name);
    ASSERT_TRUE(transaction->advance(id(1)));
    EXPECT_TRUE(error_of([&] { sql(*transaction).execute("SELECT 1/0"); }).has_value());
    EXPECT_THAT(error_of([&] { transaction->commit(); }),
                IsError(Retry::transaction, HasSubstr("rolled back")));
    transaction.reset();
    EXPECT_EQ(load(), std::nullopt);
}

TEST_F(PostgresCheckpoints, NoticeAHandlerThatEndsTheTransaction) {
    for (const std::string end : {"COMMIT", "ROLLBACK"}) {
        auto transaction = checkpoints->begin(name);
        sql(*transaction).execute(end);
        EXPECT_THAT(error_of([&] { (void)transaction->advance(id(1)); }),
                    IsError(Retry::never, HasSubstr("handler has ended it")));
        EXPECT_THAT(error_of([&] { transaction->commit(); }),
                    IsError(Retry::never, HasSubstr("handler has ended it")));
        transaction.reset();
        EXPECT_EQ(load(), std::nullopt) << end;
    }
}

TEST_F(PostgresCheckpoints, AskForANewTransactionWhenAStricterDatabaseFindsAConflict) {
    commit_at(id(1));
    admin.run("ALTER DATABASE " + admin.value("SELECT current_database()") +
              " SET default_transaction_isolation = 'repeatable read'");
    const auto strict = postgres_checkpoints(settings);
    const auto other = strict->begin(name);
    sql(*other).execute("SELECT value FROM effects");
    admin.run("UPDATE effects SET value = 7");
    EXPECT_THAT(error_of([&] { sql(*other).execute("UPDATE effects SET value = value + 1"); }),
                IsError(Retry::transaction, HasSubstr("40001")));
}

TEST_F(PostgresCheckpoints, StopAtACheckpointThatIsNone) {
    admin.run("INSERT INTO contrail.checkpoints (consumer, stream, last_id) VALUES ('distance', '" +
              settings.stream_name + "', '99999999999999999999-1')");
    EXPECT_THAT(error_of([&] { load(); }), IsError(Retry::never, HasSubstr("99999999999999999999-1")));
}

TEST_F(PostgresCheckpoints, ParkWhateverTheHandlerSays) {
    const std::string not_utf8 = "caf\xE9 \xF0\x9F and " + std::string(10'000, 'x');
    commit_at(id(0));
    const auto transaction = checkpoints->begin(name);
    transaction->park({.record = {id(1), "create", "ride", "not even JSON"}, .error = not_utf8});
    transaction->commit();
    EXPECT_EQ(
        admin.value("SELECT left(error, 12) || length(error) || right(error, 1) FROM contrail.dead_letters"),
        "caf\uFFFD \uFFFD\uFFFD and 4001…");
    EXPECT_EQ(admin.value("SELECT data FROM contrail.dead_letters"), "not even JSON");
}

TEST_F(PostgresCheckpoints, ParkInPlainSight) {
    commit_at(id(11));
    const auto transaction = checkpoints->begin(name);
    transaction->park({.record = {id(12), "create", "ride", "{}", "521", "{\"trace\": 1}"},
                       .error = "no distance",
                       .attempts = 5,
                       .first_refused_ms = 1'700'000'000'250});
    transaction->commit();
    EXPECT_EQ(
        admin.value(
            "SELECT concat_ws(' ', consumer, record_id, record_offset, action, object, data, key, "
            "headers, error, attempts, extract(epoch FROM first_refused_at), parked_at <= now(), marked_at IS NULL) "
            "FROM contrail.dead_letters"),
        "distance 1700000000000-12 12 create ride {} 521 {\"trace\": 1} no distance 5 1700000000.250000 t t");
}

TEST_F(PostgresCheckpoints, ParkTheRecordAfterTheCheckpointAndNoOther) {
    commit_at(id(1));
    const auto transaction = checkpoints->begin(name);
    EXPECT_THAT(error_of([&] {
                    transaction->park({.record = {id(3), "create", "ride", "{}"}, .error = "no"});
                }),
                IsError(Retry::never, HasSubstr("does not follow the checkpoint")));
}

// It asks once a second, and an idle consumer must cost the database nothing.
TEST_F(PostgresCheckpoints, AskForMarkedLettersWithoutATransactionId) {
    commit_at(id(1));
    const auto next_xid = [&] { return admin.value("SELECT pg_snapshot_xmax(pg_current_snapshot())"); };
    const std::string before = next_xid();
    EXPECT_FALSE(checkpoints->has_marked(name));
    EXPECT_EQ(next_xid(), before);
}

TEST_F(PostgresCheckpoints, LookForMarkedLettersWithoutReadingTheOthers) {
    admin.run(
        "INSERT INTO contrail.dead_letters (consumer, stream, record_id, action, object, data, error, "
        "attempts, "
        "first_refused_at) SELECT 'distance', '" +
        settings.stream_name +
        "', '1700000000000-' || i, 'create', 'ride', '{}', 'no', 1, now() FROM generate_series(1, 20000) i; "
        "ANALYZE contrail.dead_letters");
    const auto transaction = checkpoints->begin(name);
    Sql session = sql(*transaction);
    EXPECT_EQ(transaction->take_marked(), std::nullopt);
    EXPECT_EQ(session.execute("SELECT pg_stat_get_xact_tuples_returned('contrail.dead_letters'::regclass), "
                              "pg_stat_get_xact_numscans('contrail.dead_letters_marked'::regclass)"),
              (std::vector<SqlRow>{{"0", "1"}}));
}

// A backend that still waits when its program has given up keeps a connection, and programs try again.
TEST_F(PostgresCheckpoints, LeaveNoBackendThatWaitsForALock) {
    commit_at(id(1));
    AdminPostgres holder(settings.database_url);
    holder.run("SET application_name = 'repair'; BEGIN; SELECT FROM contrail.checkpoints FOR UPDATE");

    postgres::PostgresCheckpoints hasty(settings, {.answer_max = std::chrono::seconds(2)});
    EXPECT_THAT(
        error_of([&] { hasty.begin(name); }),
        IsError(Retry::call, AllOf(HasSubstr("lock timeout"), HasSubstr("checkpoint of consumer distance"),
                                   HasSubstr("process " + holder.value("SELECT pg_backend_pid()")),
                                   HasSubstr("repair, user postgres, idle in transaction"))));
    EXPECT_EQ(admin.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                          "AND datname = current_database()"),
              "0");
}

TEST_F(PostgresCheckpoints, LetTheServerNoticeThatTheirProgramHasGone) {
    const auto transaction = checkpoints->begin(name);
    EXPECT_THAT(sql(*transaction).execute("SHOW client_connection_check_interval"),
                ElementsAre(ElementsAre("10s")));
}

TEST_F(PostgresCheckpoints, GiveAHandlerSql) {
    const auto transaction = checkpoints->begin(name);
    Sql session = sql(*transaction);
    EXPECT_THAT(session.execute("SELECT $1::int + 1, $2, NULL UNION ALL SELECT 0, '', 'x' ORDER BY 1 DESC",
                                {"41", "ü"}),
                ElementsAre(ElementsAre("42", "ü", std::nullopt), ElementsAre("0", "", "x")));
    EXPECT_TRUE(session.execute("UPDATE effects SET value = $1", {std::nullopt}).empty());
    EXPECT_EQ(PQtransactionStatus(session.connection()), PQTRANS_INTRANS);
}

TEST_F(PostgresCheckpoints, TellAHandlerWhatIsWrongWithItsSql) {
    EXPECT_THAT(error_of([&] { sql(*checkpoints->begin(name)).execute("SELECT colour FROM effects"); }),
                IsError(Retry::never, AllOf(HasSubstr("Cannot run \"SELECT colour FROM effects\""),
                                            HasSubstr("does not exist"))));
    EXPECT_THAT(error_of([&] { sql(*checkpoints->begin(name)).execute("COPY effects TO STDOUT"); }),
                IsError(Retry::never, HasSubstr("COPY")));
    EXPECT_EQ(load(), std::nullopt) << "the connection serves on, or is a new one";
}

TEST(SqlOfATransaction, NeedsPostgresBehindIt) {
    class InMemory : public Transaction {
        [[nodiscard]] std::optional<RecordId> checkpoint() const override { return std::nullopt; }
        [[nodiscard]] std::optional<HalfAhead> ahead() const override { return std::nullopt; }
        [[nodiscard]] bool advance(RecordId /*to*/) override { return true; }
        void park(const DeadLetter& /*letter*/) override {}
        [[nodiscard]] bool park_again(RecordId /*id*/, const std::string& /*error*/) override { return true; }
        [[nodiscard]] std::optional<DeadLetter> take_marked() override { return std::nullopt; }
        void commit() override {}
    };
    InMemory transaction;
    EXPECT_THAT(error_of([&] { sql(transaction); }),
                IsError(Retry::never, HasSubstr("postgres_checkpoints()")));
}

}  // namespace contrail::test
