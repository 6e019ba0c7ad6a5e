#include "contrail/postgres_session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/postgres/is_error.hpp"
#include "support/admin_postgres.hpp"
#include "support/test_servers.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class APostgresSession : public ::testing::Test {
protected:
    void end_session() {
        admin.run(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE application_name = 'contrail shop' AND datname = current_database()");
    }

    const Settings settings = fresh_settings();
    AdminPostgres admin{settings.database_url};
    PostgresSession session{settings, "shop"};
};

TEST_F(APostgresSession, RunsStatementsAndCommits) {
    session.execute("CREATE TABLE orders (item text); INSERT INTO orders VALUES ('pen')");
    session.execute("BEGIN");
    session.execute("INSERT INTO orders VALUES ($1)", {"ink"});
    EXPECT_THAT(session.execute("SELECT item FROM orders ORDER BY item"),
                ElementsAre(ElementsAre("ink"), ElementsAre("pen")));
    EXPECT_EQ(admin.value("SELECT count(*) FROM orders"), "1");
    session.commit();
    EXPECT_EQ(admin.value("SELECT count(*) FROM orders"), "2");
}

TEST_F(APostgresSession, StagesInTheSchemaOfItsSettings) {
    session.execute(in_schema(R"(SELECT @schema@.stage('create', 'order', '{"item": "pen"}'))", settings));
    EXPECT_EQ(admin.value("SELECT action || ' ' || object FROM contrail.staged_log_records"), "create order");
}

TEST_F(APostgresSession, PreparesEachStatementOnce) {
    const auto sum = [&](const char* summand) {
        return session.execute_prepared("SELECT 1 + $1::int", {summand});
    };
    EXPECT_THAT(sum("1"), ElementsAre(ElementsAre("2")));
    EXPECT_THAT(sum("2"), ElementsAre(ElementsAre("3")));
    EXPECT_THAT(error_of([&] { sum("two"); }), IsError(Retry::never, HasSubstr("SELECT 1 + $1::int")));
    EXPECT_THAT(sum("3"), ElementsAre(ElementsAre("4")));
    EXPECT_THAT(session.execute("SELECT statement FROM pg_prepared_statements"),
                ElementsAre(ElementsAre("SELECT 1 + $1::int")));
}

TEST_F(APostgresSession, StaysOpenWhenTheServerRefusesAStatement) {
    session.execute("BEGIN");
    EXPECT_THAT(error_of([&] { session.execute("SELECT nothing"); }),
                IsError(Retry::never, HasSubstr("Cannot run \"SELECT nothing\"")));
    EXPECT_TRUE(session.is_open());
    EXPECT_THAT(error_of([&] { session.commit(); }), IsError(Retry::transaction, HasSubstr("rolled back")));
    EXPECT_THAT(session.execute("SELECT 1"), ElementsAre(ElementsAre("1")));
}

TEST_F(APostgresSession, NoticesThatItsServerHasGone) {
    EXPECT_TRUE(session.is_open());
    end_session();
    EXPECT_FALSE(session.is_open());
    EXPECT_THAT(error_of([&] { session.execute("SELECT 1"); }), IsError(Retry::call, HasSubstr("has ended")));
}

TEST_F(APostgresSession, IsInDoubtOnlyAboutItsCommit) {
    session.execute("BEGIN");
    end_session();
    EXPECT_THAT(error_of([&] { session.execute("SELECT 1"); }),
                IsError(Retry::transaction, HasSubstr("SELECT 1")));
    EXPECT_FALSE(session.is_open());

    PostgresSession other(settings, "shop");
    other.execute("BEGIN");
    end_session();
    EXPECT_THAT(error_of([&] { other.commit(); }), IsError(Retry::in_doubt, HasSubstr("commit")));
    EXPECT_FALSE(other.is_open());
}

TEST_F(APostgresSession, EndsWhenAnAnswerTakesTooLong) {
    std::optional<PostgresSession> hasty;
    wait_until("the server answers fast enough to connect", [&] {
        return !error_of([&] {
                    hasty.emplace(settings, "hasty", std::chrono::milliseconds(50));
                }).has_value();
    });
    EXPECT_THAT(error_of([&] { hasty->execute("SELECT pg_sleep(1000)"); }),
                IsError(Retry::transaction, HasSubstr("no answer within 50 ms")));
    EXPECT_FALSE(hasty->is_open());
}

TEST(APostgresSessionWithoutASchema, IsRefused) {
    Settings settings;
    settings.database_url = fresh_database();
    EXPECT_THAT(error_of([&] { PostgresSession(settings, "shop"); }),
                IsError(Retry::never, AllOf(HasSubstr("contrail migrate"), HasSubstr("has no schema"))));
    migrate_postgres(settings);
    EXPECT_TRUE(PostgresSession(settings, "shop").is_open());
}

}  // namespace contrail::test
