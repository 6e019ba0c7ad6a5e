// What a consumer in another language calls: register(), begin_batch(), advance(), park() and the rest.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/admin_postgres.hpp"
#include "support/test_servers.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using ::testing::HasSubstr;

class ConsumerFunctions : public ::testing::Test {
protected:
    ConsumerFunctions() {
        session.run(
            "CREATE FUNCTION sqlstate_of(statement text) RETURNS text LANGUAGE plpgsql AS $$BEGIN "
            "EXECUTE statement; RETURN 'none'; EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE; END$$");
    }

    void call(const std::string& function) { session.run("SELECT contrail." + function); }

    /// What the call fails with; `none` if it succeeds.
    std::string sqlstate_of(const std::string& function) {
        return session.value("SELECT sqlstate_of($call$SELECT contrail." + function + "$call$)");
    }

    std::string checkpoint() { return session.value("SELECT last_id FROM contrail.checkpoints"); }

    void begin_after(const std::string& id) {
        call("register('mailer', 'rides', '" + id + "')");
        session.run("BEGIN");
        call("begin_batch('mailer', 'rides')");
    }

    const Settings settings = fresh_settings();
    AdminPostgres session{settings.database_url};
};

TEST_F(ConsumerFunctions, RegisterAConsumerOnce) {
    EXPECT_EQ(session.value("SELECT contrail.register('mailer', 'rides', '7-3')"), "t");
    EXPECT_EQ(session.value("SELECT contrail.register('mailer', 'rides', '9-9')"), "f");
    EXPECT_EQ(checkpoint(), "7-3");
    EXPECT_EQ(sqlstate_of("register('mailer', 'other', 'nonsense')"), "22P02");
}

TEST_F(ConsumerFunctions, LoadTheCheckpointOrNull) {
    EXPECT_EQ(session.value("SELECT contrail.begin_batch('mailer', 'rides') IS NULL"), "t");
    call("register('mailer', 'rides', '7-3')");
    EXPECT_EQ(session.value("SELECT contrail.begin_batch('mailer', 'rides')"), "7-3");
}

TEST_F(ConsumerFunctions, BoundTheWaitForAnotherInstance) {
    begin_after("7-3");
    AdminPostgres other(settings.database_url);
    const auto wait_briefly = [&] {
        other.run("SELECT contrail.begin_batch('mailer', 'rides', lock_wait_max => '10 ms')");
    };
    EXPECT_THAT(wait_briefly, ::testing::ThrowsMessage<std::runtime_error>(HasSubstr("lock timeout")));
}

TEST_F(ConsumerFunctions, EndTheSessionOfAFrozenInstance) {
    call("register('mailer', 'rides', '7-3')");
    AdminPostgres frozen(settings.database_url);
    const std::string pid = frozen.value("SELECT pg_backend_pid()");
    frozen.run("BEGIN; SELECT contrail.begin_batch('mailer', 'rides', idle_max => '10 ms')");

    EXPECT_EQ(session.value("SELECT contrail.begin_batch('mailer', 'rides')"), "7-3");
    wait_until("the frozen session has ended", [&] {
        return session.value("SELECT count(*) FROM pg_stat_activity WHERE pid = " + pid) == "0";
    });
}

TEST_F(ConsumerFunctions, LeaveTheSessionsOwnSettingsAlone) {
    session.run("SET lock_timeout = '7s'; SET idle_in_transaction_session_timeout = '8s'");
    begin_after("7-3");
    EXPECT_EQ(session.value("SHOW lock_timeout"), "30s");
    EXPECT_EQ(session.value("SHOW idle_in_transaction_session_timeout"), "1min");
    EXPECT_EQ(session.value("SHOW client_connection_check_interval"), "10s");
    EXPECT_EQ(session.value("SHOW search_path"), "\"$user\", public") << "the effects need it";
    session.run("COMMIT");
    EXPECT_EQ(session.value("SHOW lock_timeout"), "7s");
    EXPECT_EQ(session.value("SHOW idle_in_transaction_session_timeout"), "8s");
}

TEST_F(ConsumerFunctions, RefuseAnUnboundedWait) {
    EXPECT_EQ(sqlstate_of("begin_batch('mailer', 'rides', lock_wait_max => '0')"), "22023");
    EXPECT_EQ(sqlstate_of("begin_batch('mailer', 'rides', idle_max => '-1 s')"), "22023");
}

TEST_F(ConsumerFunctions, AdvanceOnlyFromTheCheckpointThatTheCallerHasReadAfter) {
    begin_after("7-3");
    EXPECT_EQ(sqlstate_of("advance('mailer', 'rides', '7-2', '9-5')"), "40001");
    EXPECT_EQ(sqlstate_of("advance('mailer', 'rides', NULL, '9-5')"), "40001");
    EXPECT_EQ(sqlstate_of("advance('mailer', 'rides', '7-3', '7-3')"), "22023");
    EXPECT_EQ(sqlstate_of("advance('mailer', 'rides', '7-3', '7-2')"), "22023");
    EXPECT_EQ(sqlstate_of("advance('mailer', 'rides', '7-3', NULL)"), "22023");
    EXPECT_EQ(checkpoint(), "7-3");
    call("advance('mailer', 'rides', '7-3', '9-5')");
    call("advance('mailer', 'rides', '9-5', '9-6')");
    EXPECT_EQ(checkpoint(), "9-6");
    call("advance('mailer', 'rides', '9-6', '7-3', back => true)");
    session.run("COMMIT");
    EXPECT_EQ(checkpoint(), "7-3");
}

TEST_F(ConsumerFunctions, WantAConsumerRegisteredFirst) {
    session.run("BEGIN");
    call("begin_batch('mailer', 'rides')");
    EXPECT_EQ(sqlstate_of("advance('mailer', 'rides', NULL, '9-5')"), "55000");
    EXPECT_EQ(sqlstate_of("park('mailer', 'rides', '9-1', 'create', 'ride', '{}', 'no')"), "55000");
}

// BEGIN on one connection of a pool, and the next statement on another: each commits by itself.
TEST_F(ConsumerFunctions, NoticeATransactionThatIsNone) {
    call("register('mailer', 'rides', '7-3')");
    call("begin_batch('mailer', 'rides')");
    EXPECT_EQ(sqlstate_of("advance('mailer', 'rides', '7-3', '9-5')"), "25P01");
    EXPECT_EQ(sqlstate_of("park('mailer', 'rides', '9-4', 'create', 'ride', '{}', 'no')"), "25P01");
    EXPECT_EQ(sqlstate_of("take_marked('mailer', 'rides')"), "25P01");
    begin_after("7-3");
    EXPECT_EQ(sqlstate_of("advance('other', 'rides', '7-3', '9-5')"), "25P01");
    session.run("ROLLBACK");
    EXPECT_EQ(checkpoint(), "7-3");
}

TEST_F(ConsumerFunctions, ParkTheRecordAfterTheCheckpointAndNoOther) {
    begin_after("7-3");
    for (const std::string id : {"7-2", "7-3", "7-5", "9-1000"})
        EXPECT_EQ(sqlstate_of("park('mailer', 'rides', '" + id + "', 'create', 'ride', '{}', 'no')"), "55000")
            << id;
    EXPECT_EQ(session.value("SELECT count(*) FROM contrail.dead_letters"), "0");

    call("park('mailer', 'rides', '9-4', 'create', 'ride', '{}', 'no')");
    call("advance('mailer', 'rides', '9-4', '9-7')");
    call("park('mailer', 'rides', '9-8', 'create', 'ride', '{}', 'no')");
    session.run("COMMIT");
    EXPECT_EQ(checkpoint(), "9-8");
    EXPECT_EQ(
        session.value("SELECT string_agg(record_id, ' ' ORDER BY record_offset) FROM contrail.dead_letters"),
        "9-4 9-8");
}

TEST_F(ConsumerFunctions, ParkWhatTheLogHeldAndWhatWasWrongWithIt) {
    begin_after("7-3");
    call(
        "park('mailer', 'rides', '9-4', 'create', 'ride', 'not JSON', 'no distance', attempts => 5, "
        "first_refused_at => '2026-01-02T03:04:05Z', key => '521', headers => '{\"trace\": 1}')");
    session.run("COMMIT");
    EXPECT_EQ(
        session.value(
            "SELECT concat_ws('|', consumer, stream, record_id, action, object, data, key, headers, "
            "error, attempts, first_refused_at AT TIME ZONE 'UTC', marked_at) FROM contrail.dead_letters "
            "WHERE parked_at IS NOT NULL"),
        "mailer|rides|9-4|create|ride|not JSON|521|{\"trace\": 1}|no distance|5|2026-01-02 03:04:05");
}

TEST_F(ConsumerFunctions, GiveAMarkedRecordToOneTransactionOnce) {
    begin_after("7-3");
    call("park('mailer', 'rides', '9-4', 'create', 'ride', '{}', 'no')");
    call("park('mailer', 'rides', '9-5', 'create', 'ride', '{}', 'no')");
    session.run("COMMIT; UPDATE contrail.dead_letters SET marked_at = now()");

    const auto taken = [&] {
        return session.value("SELECT record_id FROM contrail.take_marked('mailer', 'rides')");
    };
    const auto begin = [&] { session.run("BEGIN; SELECT contrail.begin_batch('mailer', 'rides')"); };
    begin();
    EXPECT_EQ(taken(), "9-4");
    session.run("ROLLBACK");
    EXPECT_EQ(session.value("SELECT contrail.park_again('mailer', 'rides', '9-4', 'still no')"), "t");
    EXPECT_EQ(session.value("SELECT concat_ws('|', error, attempts, marked_at) FROM contrail.dead_letters "
                            "WHERE record_id = '9-4'"),
              "still no|2");
    begin();
    EXPECT_EQ(taken(), "9-5");
    session.run("COMMIT");
    EXPECT_EQ(session.value("SELECT contrail.has_marked('mailer', 'rides')"), "f");
    EXPECT_EQ(session.value("SELECT contrail.park_again('mailer', 'rides', '9-5', 'no')"), "f")
        << "it is gone";
}

TEST_F(ConsumerFunctions, AskForMarkedRecordsWithoutATransactionId) {
    session.run("BEGIN");
    EXPECT_EQ(session.value("SELECT contrail.has_marked('mailer', 'rides')"), "f");
    EXPECT_EQ(session.value("SELECT pg_current_xact_id_if_assigned() IS NULL"), "t");
}

}  // namespace contrail::test
