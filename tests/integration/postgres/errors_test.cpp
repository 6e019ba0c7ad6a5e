#include "postgres/errors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/postgres/is_error.hpp"
#include "postgres/connection.hpp"
#include "support/admin_postgres.hpp"
#include "support/test_servers.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using postgres::Connection;
using postgres::Effect;
using postgres::Waits;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(RemedyFor, TellsWhatACallerCanDo) {
    const struct {
        std::string_view sqlstate;
        Retry retry;
    } cases[] = {
        {"08006", Retry::call},         // connection_failure
        {"25006", Retry::call},         // read_only_sql_transaction: a standby
        {"25P02", Retry::transaction},  // in_failed_sql_transaction
        {"25P03", Retry::transaction},  // idle_in_transaction_session_timeout
        {"28P01", Retry::never},        // invalid_password
        {"3D000", Retry::never},        // invalid_catalog_name
        {"40001", Retry::transaction},  // serialization_failure
        {"40003", Retry::in_doubt},     // statement_completion_unknown
        {"40P01", Retry::transaction},  // deadlock_detected
        {"42P01", Retry::never},        // undefined_table
        {"42501", Retry::never},        // insufficient_privilege
        {"53100", Retry::call},         // disk_full
        {"53300", Retry::call},         // too_many_connections
        {"55P03", Retry::call},         // lock_not_available
        {"72000", Retry::call},         // snapshot_too_old
        {"57014", Retry::call},         // query_canceled
        {"57P01", Retry::call},         // admin_shutdown
        {"57P03", Retry::call},         // cannot_connect_now
        {"58030", Retry::call},         // io_error
        {"23505", Retry::never},        // unique_violation
        {"XX000", Retry::never},        // internal_error
    };
    for (const auto& known : cases)
        EXPECT_EQ(postgres::remedy_for(known.sqlstate).retry, known.retry) << known.sqlstate;
}

class StatementErrors : public ::testing::Test {
protected:
    auto running(const std::string& statements, Effect effect = Effect::nothing) {
        return [this, statements, effect] { connection.run({"try this", effect}, statements); };
    }

    /// Ends the session of `connection`, and returns once it is gone.
    void end_session() {
        admin.run(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = "
            "'contrail test' "
            "AND datname = current_database()");
    }

    const std::string url = fresh_database();
    AdminPostgres admin{url};
    Connection connection{url, "test", Waits{}, [](Connection&) {}};
};

TEST_F(StatementErrors, SayWhatWasAttemptedWhereAndWhyItFailed) {
    EXPECT_THAT(
        error_of(running("SELECT * FROM missing")),
        IsError(Retry::never,
                AllOf(HasSubstr("Cannot try this in database \"" + admin.value("SELECT current_database()")),
                      HasSubstr("as user \"postgres\""), HasSubstr("relation \"missing\" does not exist"),
                      HasSubstr("42P01"))));
    EXPECT_THAT(
        error_of(running("DO $$BEGIN RAISE 'first' USING DETAIL = 'Second.', HINT = 'Third.'; END$$")),
        IsError(Retry::never, HasSubstr("first (SQLSTATE P0001). Second. Third.")));
}

TEST_F(StatementErrors, LeaveNothingOfTheSessionBehind) {
    connection.run({"begin"}, "BEGIN");
    EXPECT_TRUE(error_of(running("SELECT 1/0")).has_value());
    EXPECT_EQ(connection.native(), nullptr);
    EXPECT_EQ(connection.run({"begin anew"}, "SELECT 1").text(0, 0), "1");
}

TEST_F(StatementErrors, AreTransactionErrorsInsideATransaction) {
    admin.run("CREATE TABLE t ()");
    admin.run("BEGIN; LOCK public.t");
    EXPECT_THAT(error_of(running("BEGIN; SET lock_timeout = 1; LOCK public.t")),
                IsError(Retry::call, HasSubstr("55P03")));
    EXPECT_THAT(error_of(running("BEGIN; SET lock_timeout = 1; LOCK public.t", Effect::transaction)),
                IsError(Retry::transaction, HasSubstr("55P03")));
}

// What a lost connection means depends on what was under way.
TEST_F(StatementErrors, TellWhetherALostStatementMayHaveHappened) {
    const struct {
        Effect effect;
        Retry retry;
    } cases[] = {
        {Effect::nothing, Retry::call},
        {Effect::write, Retry::in_doubt},
        {Effect::transaction, Retry::transaction},
        {Effect::commit, Retry::in_doubt},
    };
    for (const auto& lost : cases) {
        connection.open();
        end_session();
        EXPECT_THAT(error_of(running("SELECT 1", lost.effect)),
                    IsError(lost.retry, HasSubstr("terminating connection")));
        EXPECT_THAT(error_of(running("SELECT pg_terminate_backend(pg_backend_pid())", lost.effect)),
                    IsError(lost.retry, HasSubstr("57P01")));
    }
}

TEST_F(StatementErrors, TellWhetherAStatementWithoutAnAnswerMayHaveHappened) {
    Connection impatient(url, "test", Waits{.answer_max = postgres::Milliseconds(20)}, [](Connection&) {});
    for (const auto& [effect, retry] :
         {std::pair(Effect::nothing, Retry::call), {Effect::write, Retry::in_doubt}}) {
        wait_until("the server answers fast enough to connect", [&] {
            const auto open = [&] { impatient.open(); };
            return !error_of(open).has_value();
        });
        const auto sleep = [&] { impatient.run({"try this", effect}, "SELECT pg_sleep(1000)"); };
        EXPECT_THAT(error_of(sleep), IsError(retry, HasSubstr("no answer within 20 ms")));
    }
}

}  // namespace contrail::test
