// A synchronous standby is gone: commits wait, for as long as it takes. The program gives up each wait, and leaves no
// session behind in the server.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "contrail/postgres_session.hpp"
#include "integration/postgres/is_error.hpp"
#include "integration/postgres/read_batch.hpp"
#include "postgres/confirm_commits.hpp"
#include "postgres/migrations.hpp"
#include "postgres/postgres_checkpoints.hpp"
#include "postgres/postgres_outbox.hpp"
#include "servers/private_postgres.hpp"
#include "servers/temporary_directory.hpp"
#include "support/admin_postgres.hpp"
#include "support/lost_standby.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using ::testing::HasSubstr;

class LostStandby : public ::testing::Test {
protected:
    static constexpr postgres::Waits patience{.answer_max = postgres::Milliseconds(200),
                                              .batch_max = postgres::Milliseconds(200)};
    static constexpr int attempts = 3;

    LostStandby() {
        settings.database_url = server.url();
        settings.stream_name = "rides";
        postgres::migrate(settings);
    }

    void lose() {
        lose_standby(admin);
        postgres::Connection probe(settings.database_url, "probe", patience, [](postgres::Connection&) {});
        wait_until("commits wait for the standby",
                   [&] { return error_of([&] { confirm_commits(probe); }).has_value(); });
    }

    void find() { find_standby(admin); }

    void expect_no_session() {
        wait_until("no session of a program is left", [&] {
            return admin.value(
                       "SELECT count(*) FROM pg_stat_activity WHERE application_name ~ '^contrail'") == "0";
        });
    }

    const servers::TemporaryDirectory directory;
    servers::PrivatePostgres server{
        {.data_dir = directory.path() / "postgres", .durable = false, .settings = settings_for_a_standby}};
    AdminPostgres admin{server.url()};
    Settings settings;
};

TEST_F(LostStandby, LeavesNoSessionOfAStreamerBehindAndNoSealUnconfirmed) {
    lose();
    admin.run("SELECT contrail.stage('create', 'ride', '1')");
    postgres::PostgresOutbox outbox(settings, patience);

    EXPECT_THAT(error_of([&] { outbox.next({}); }),
                IsError(Retry::in_doubt, HasSubstr("Cannot seal the next batch")));
    expect_no_session();
    EXPECT_EQ(admin.value("SELECT max(no) FROM contrail.batches"), "1") << "visible, and on this server only";
    for (int attempt = 0; attempt < attempts; ++attempt) {
        const auto unconfirmed =
            IsError(Retry::call, HasSubstr("Cannot wait until earlier commits are confirmed"));
        EXPECT_THAT(error_of([&] { outbox.next({}); }), unconfirmed);
        EXPECT_THAT(error_of([&] { outbox.newest(); }), unconfirmed);
    }
    expect_no_session();

    find();
    postgres::PostgresOutbox healthy(settings);
    EXPECT_EQ(healthy.newest().last, Offset{1});
    EXPECT_EQ(read_batch(healthy, healthy.newest()).size(), 1);
}

TEST_F(LostStandby, LeavesNoSessionOfAConsumerBehind) {
    const ConsumerName consumer("mailer");
    postgres::PostgresCheckpoints checkpoints(settings, patience);
    auto transaction = checkpoints.begin(consumer);
    EXPECT_TRUE(transaction->advance({1, Offset{1}}));
    lose();
    EXPECT_THAT(error_of([&] { transaction->commit(); }),
                IsError(Retry::in_doubt, HasSubstr("Cannot commit a consumer's transaction")));
    transaction.reset();
    // A busy machine may give up before the wait begins: it tries again.
    for (int waited = 0; waited < attempts;) {
        const auto error = error_of([&] { checkpoints.begin(consumer); });
        ASSERT_THAT(error, IsError(Retry::call, HasSubstr("no answer within")));
        const bool was_the_wait =
            std::string(error->what()).starts_with("Cannot wait until earlier commits are confirmed");
        if (was_the_wait) ++waited;
    }
    expect_no_session();

    find();
    postgres::PostgresCheckpoints healthy(settings);
    EXPECT_EQ(healthy.begin(consumer)->checkpoint(), (RecordId{1, Offset{1}}));
}

TEST_F(LostStandby, LeavesNoSessionOfAServiceBehind) {
    lose();
    for (int attempt = 0; attempt < attempts; ++attempt) {
        PostgresSession session(settings, "shop", patience.answer_max);
        session.execute("BEGIN");
        session.execute("SELECT contrail.stage('create', 'ride', '1')");
        EXPECT_THAT(error_of([&] { session.commit(); }),
                    IsError(Retry::in_doubt, HasSubstr("Cannot commit a transaction")));
    }
    expect_no_session();
}

TEST_F(LostStandby, OrALockThatIsNotFreedLeavesNoSessionBehind) {
    // Another session's than `admin`'s, in which pg_stat_activity would not change until the transaction ends.
    AdminPostgres holder(server.url());
    holder.run("BEGIN; LOCK contrail.checkpoints");
    for (int attempt = 0; attempt < attempts; ++attempt) {
        PostgresSession session(settings, "shop", patience.answer_max);
        session.execute("BEGIN");
        EXPECT_TRUE(error_of([&] { session.execute("LOCK contrail.checkpoints"); }).has_value());
    }
    expect_no_session();
}

// An idle streamer announces its rest, and must not wait for a standby that it needs for nothing else.
TEST_F(LostStandby, DoesNotKeepAStreamerFromItsRest) {
    postgres::PostgresOutbox outbox(settings);
    const Batch previous = outbox.newest();
    lose();
    wait_until("the streamer may rest", [&] {
        EXPECT_EQ(outbox.next(previous), std::nullopt);
        return outbox.rest(Clock::Duration(0), {}) != Rest::refused;
    });
    find();
}

}  // namespace contrail::test
