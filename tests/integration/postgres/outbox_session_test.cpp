#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contrail/postgres.hpp"
#include "integration/postgres/is_error.hpp"
#include "integration/postgres/read_batch.hpp"
#include "postgres/migrations.hpp"
#include "postgres/outbox_statements.hpp"
#include "support/admin_postgres.hpp"
#include "support/test_servers.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class OutboxSession : public ::testing::Test {
protected:
    void stage(AdminPostgres& writer, const std::string& json) {
        writer.run("SELECT contrail.stage('create', 'ride', '" + json + "')");
    }

    /// Data of the next batch; the batch becomes the one to go on from. Empty if nothing was staged.
    std::vector<std::string> next_batch() {
        const auto batch = outbox->next(previous);
        if (!batch) return {};
        std::vector<std::string> data;
        for (const auto& record : read_batch(*outbox, *batch)) data.push_back(record.data);
        previous = batch->ending_at(Offset{batch->first.value + data.size() - 1});
        return data;
    }

    void end_streamer_sessions() {
        admin.run(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE application_name = 'contrail streamer' AND datname = current_database()");
    }

    const Settings settings = fresh_settings();
    AdminPostgres admin{settings.database_url};
    std::unique_ptr<Outbox> outbox = postgres_outbox(settings);
    Batch previous = outbox->newest();
};

TEST_F(OutboxSession, LeadsUntilItEnds) {
    const auto other = postgres_outbox(settings);
    EXPECT_TRUE(outbox->lead());
    EXPECT_TRUE(outbox->lead());
    EXPECT_FALSE(other->lead());

    end_streamer_sessions();
    EXPECT_TRUE(error_of([&] { outbox->newest(); }).has_value());
    EXPECT_TRUE(error_of([&] { other->newest(); }).has_value());

    EXPECT_TRUE(other->lead());
    EXPECT_FALSE(outbox->lead());
}

TEST_F(OutboxSession, LeadsAlthoughAStrangerHoldsItsLock) {
    ASSERT_TRUE(outbox->lead());
    const std::string key = admin.value(
        "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE locktype = 'advisory' "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
    end_streamer_sessions();
    EXPECT_TRUE(error_of([&] { outbox->newest(); }).has_value());

    // As a reconciler, it may seal.
    admin.run(
        "CREATE ROLE stranger LOGIN; GRANT USAGE ON SCHEMA contrail TO stranger; "
        "GRANT SELECT, INSERT ON contrail.batches TO stranger");
    {
        AdminPostgres stranger(settings.database_url + "?user=stranger");
        stranger.run("SELECT pg_advisory_lock(" + key + ")");
        EXPECT_TRUE(outbox->lead());
        end_streamer_sessions();
        EXPECT_TRUE(error_of([&] { outbox->newest(); }).has_value());
    }
    admin.run("DROP OWNED BY stranger; DROP ROLE stranger");
    AdminPostgres streamer(settings.database_url);
    wait_until("the stranger's session has ended",
               [&] { return streamer.value("SELECT pg_try_advisory_lock(" + key + ")") == "t"; });
    EXPECT_FALSE(outbox->lead()) << "a user with a streamer's rights holds the lock";
}

TEST_F(OutboxSession, LeadsPerSchema) {
    Settings elsewhere = settings;
    elsewhere.schema = "elsewhere";
    postgres::migrate(elsewhere);
    EXPECT_TRUE(outbox->lead());
    EXPECT_TRUE(postgres_outbox(elsewhere)->lead());
}

TEST_F(OutboxSession, TakesNoTransactionIdWhileItIdles) {
    stage(admin, "1");
    next_batch();
    const auto next_xid = [&] {
        return std::stoll(admin.value("SELECT pg_snapshot_xmax(pg_current_snapshot())"));
    };
    const auto before = next_xid();
    for (int poll = 0; poll < 100; ++poll) {
        EXPECT_EQ(outbox->next(previous), std::nullopt) << "nothing has happened anywhere";
        admin.run("SELECT pg_current_xact_id()");
        EXPECT_EQ(outbox->next(previous), std::nullopt) << "something has happened elsewhere";
    }
    // One for each of the other transactions; the server may take some for itself.
    EXPECT_LT(next_xid() - before, 150);
}

// Where a long batch ends stands in the table only from the next seal on.
TEST_F(OutboxSession, PollsOnAfterALongBatchThatItHasRead) {
    admin.run("SELECT contrail.stage('create', 'ride', to_jsonb(n)) FROM generate_series(1, 1001) AS n");
    ASSERT_EQ(next_batch().size(), 1001U);
    for (int poll = 0; poll < 3; ++poll) {
        EXPECT_EQ(outbox->next(previous), std::nullopt);
        admin.run("SELECT pg_current_xact_id()");
    }
    stage(admin, "2");
    EXPECT_THAT(next_batch(), ElementsAre("2"));
}

// Its own seal is a transaction that ends, and says nothing of records.
TEST_F(OutboxSession, DoesNotSearchAgainBecauseItHasSealed) {
    const auto last_statement = [&] {
        return admin.value(
            "SELECT query FROM pg_stat_activity WHERE application_name = 'contrail streamer' "
            "AND datname = current_database()");
    };
    const auto searches = HasSubstr("first_records");
    AdminPostgres open(settings.database_url);
    open.run("BEGIN; SELECT pg_current_xact_id()");
    stage(admin, "1");
    ASSERT_THAT(next_batch(), ElementsAre("1"));
    ASSERT_THAT(last_statement(), searches);

    for (int poll = 0; poll < 2; ++poll) {
        EXPECT_EQ(outbox->next(previous), std::nullopt);
        EXPECT_THAT(last_statement(), Not(searches));
    }
    open.run("COMMIT");
    EXPECT_EQ(outbox->next(previous), std::nullopt);
    EXPECT_THAT(last_statement(), searches) << "another transaction has ended";
}

// An idle outbox remembers up to where it has looked. It must see all the same what was in flight then.
TEST_F(OutboxSession, SeesWhatWasInFlightWhileItIdled) {
    AdminPostgres late(settings.database_url);
    AdminPostgres lost(settings.database_url);
    late.run("BEGIN");
    stage(late, "1");
    lost.run("BEGIN");
    stage(lost, "2");
    EXPECT_EQ(outbox->next(previous), std::nullopt);
    EXPECT_EQ(outbox->next(previous), std::nullopt);

    lost.run("ROLLBACK");
    EXPECT_EQ(outbox->next(previous), std::nullopt);
    admin.run("SELECT pg_current_xact_id()");
    EXPECT_EQ(outbox->next(previous), std::nullopt);

    late.run("COMMIT");
    EXPECT_THAT(next_batch(), ElementsAre("1"));
}

TEST_F(OutboxSession, SeesOnANewConnectionWhatItHadNotSeenOnTheOld) {
    EXPECT_EQ(outbox->next(previous), std::nullopt);
    end_streamer_sessions();
    stage(admin, "1");
    EXPECT_TRUE(error_of([&] { outbox->next(previous); }).has_value());
    EXPECT_THAT(next_batch(), ElementsAre("1"));
}

// A database's own settings must not reach what keeps records safe or a long backlog readable.
TEST_F(OutboxSession, IsDeafToTheDatabasesSettings) {
    const std::string name = admin.value("SELECT current_database()");
    for (const std::string setting :
         {"synchronous_commit = off", "statement_timeout = 1", "enable_indexscan = off",
          "default_transaction_isolation = serializable", "client_encoding = LATIN1"}) {
        admin.run("ALTER DATABASE " + name + " SET " + setting);
    }
    outbox = postgres_outbox(settings);
    // On a busy machine this millisecond may end a session's first statement, before the session is deaf.
    wait_until("a session is open", [&] {
        try {
            outbox->newest();
            return true;
        } catch (const Error& error) {
            if (error.retry() != Retry::call) throw;
            return false;
        }
    });
    stage(admin, R"("ü")");
    EXPECT_THAT(next_batch(), ElementsAre(R"("ü")"));
}

TEST_F(OutboxSession, RefusesToGoOnFromABatchThatIsNotThere) {
    stage(admin, "1");
    next_batch();
    const auto refuses = IsError(Retry::in_doubt, HasSubstr("does not hold this batch"));
    Batch other = previous;
    other.sealed_ms += 1;
    EXPECT_THAT(error_of([&] { outbox->next(other); }), refuses);
    other = previous;
    other.number = 2;
    EXPECT_THAT(error_of([&] { outbox->next(other); }), refuses);

    outbox->newest();  // writes the last offset down
    other = previous;
    other.last = Offset{2};
    EXPECT_THAT(error_of([&] { outbox->next(other); }), refuses);
}

TEST_F(OutboxSession, KnowsNoBatchForAnOffsetThatIsNone) {
    EXPECT_EQ(outbox->find(Offset{0}), std::nullopt);
    EXPECT_EQ(outbox->find(Offset{~std::uint64_t{0}}), std::nullopt);
}

TEST_F(OutboxSession, NeverLetsTheSealingTimeFall) {
    admin.run("INSERT INTO contrail.batches VALUES (1, '1:1:', 9000000000000, 1, 1)");
    previous = outbox->newest();
    stage(admin, "1");
    EXPECT_EQ(outbox->next(previous).value().sealed_ms, 9'000'000'000'000U);
}

// An emptied segment has no statistics, and what was planned for it must do when it is full.
TEST_F(OutboxSession, WalksTheIndexEvenAfterASegmentWasEmptied) {
    const std::string fill =
        "INSERT INTO contrail.staged_log_records (action, object, data) "
        "SELECT 'create', 'ride', '{}' FROM generate_series(1, 10000);";
    const std::string empty =
        "SET contrail.emptying = on; TRUNCATE contrail.staged_log_records_0; "
        "TRUNCATE contrail.staged_log_records_1; TRUNCATE "
        "contrail.staged_log_records_2;";

    const postgres::OutboxStatements statements("\"contrail\"");
    postgres::Connection session(settings.database_url, "test", {}, [](postgres::Connection&) {});
    session.run({"set up"}, statements.session);
    const auto plan_of = [&](const std::string& statement) {
        const postgres::Result lines = session.run({"explain"}, "EXPLAIN " + statement);
        std::string plan;
        for (int row = 0; row < lines.rows(); ++row) plan.append(lines.text(row, 0)).append("\n");
        return plan;
    };
    const auto walks_the_index = AllOf(HasSubstr("Scan using staged_log_records_0_xid_id_idx"),
                                       Not(HasSubstr("Seq Scan")), Not(HasSubstr("Bitmap")));
    const auto walks_in_order = AllOf(HasSubstr("Scan using staged_log_records_0_id_idx"),
                                      Not(HasSubstr("Seq Scan")), Not(HasSubstr("Bitmap")));
    session.run({"prepare"}, "PREPARE next (bigint, bigint, bigint, text) AS " + statements.next.text);
    session.run({"prepare"},
                "PREPARE next_soon (bigint, bigint, bigint, text) AS " + statements.next_soon.text);
    const auto read = [&](const std::string& early, bool is_counted) {
        const postgres::Result window =
            session.run({"window"}, "SELECT '1:4:2,3', '9:9:', 7, 9, early.xid, early.is_long " + early);
        const std::string copy = statements.copy(window, 0, is_counted);
        return copy.substr(6, copy.rfind(") TO") - 6);
    };
    const auto sorts = HasSubstr("Sort  (");

    for (const std::string& change :
         {std::string(), fill, "ANALYZE contrail.staged_log_records;" + empty, fill}) {
        if (!change.empty()) admin.run(change);
        EXPECT_THAT(plan_of("EXECUTE next (0, 0, 0, NULL)"), walks_the_index) << change;
        EXPECT_THAT(plan_of("EXECUTE next_soon (0, 0, 0, '1:1:')"), walks_the_index) << change;
        for (const bool is_counted : {false, true}) {
            const auto plan_of_read = [&](const std::string& early) {
                return plan_of(read(early, is_counted));
            };
            const std::string late =
                plan_of_read("FROM (SELECT NULL::xid8, NULL::boolean) AS early (xid, is_long)");
            EXPECT_THAT(late, AllOf(walks_in_order, Not(sorts))) << change;
            const std::string early =
                plan_of_read("FROM (VALUES (2, true), (3, true)) AS early (xid, is_long)");
            EXPECT_THAT(early, AllOf(HasSubstr("Merge Append"), walks_in_order, Not(sorts))) << change;
            const std::string short_ones =
                plan_of_read("FROM (VALUES (2, false), (3, true)) AS early (xid, is_long)");
            EXPECT_THAT(short_ones, AllOf(HasSubstr("Merge Append"), walks_in_order)) << change;
        }
    }
}

}  // namespace contrail::test
