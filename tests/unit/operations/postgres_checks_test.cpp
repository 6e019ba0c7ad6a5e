#include <gtest/gtest.h>

#include "operations/doctor/checks.hpp"
#include "unit/operations/verdicts.hpp"

namespace contrail::operations::doctor {

using postgres::Part;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

TEST(PostgresServer, HasToTakeWrites) {
    struct Case {
        bool standby, read_only;
        Verdict expected;
    };
    for (const Case& each : {Case{false, false, fine}, {true, false, fails}, {false, true, fails}}) {
        const PostgresServer server{
            .version = "15.8", .database = "rides", .standby = each.standby, .read_only = each.read_only};
        EXPECT_EQ(verdict_of(judge(server), "postgres.role"), each.expected);
    }
}

TEST(PostgresServer, IsReachedByTlsOrOnTheMachine) {
    struct Case {
        bool local, tls, checked;
        Verdict expected;
    };
    for (const Case& each : {Case{true, false, false, fine},
                             {true, true, false, fine},
                             {false, true, true, fine},
                             {false, true, false, warns},
                             {false, false, false, warns}}) {
        const PostgresServer server{.version = "15.8",
                                    .database = "rides",
                                    .local = each.local,
                                    .tls = each.tls,
                                    .certificate_checked = each.checked};
        EXPECT_EQ(verdict_of(judge(server), "postgres.transport"), each.expected);
    }
}

TEST(PostgresSchema, IsThisProgramsVersion) {
    struct Case {
        int version;
        Verdict expected;
        const char* fix;
    };
    for (const Case& each : {Case{5, fine, ""},
                             {0, fails, "contrail migrate"},
                             {4, fails, "contrail migrate"},
                             {6, warns, "contrail --version"}}) {
        const PostgresSchema schema{.quoted_name = "\"contrail\"", .version = each.version, .newest = 5};
        EXPECT_EQ(verdict_of(judge(schema), "postgres.schema"), each.expected) << each.version;
        if (each.expected != fine) {
            EXPECT_THAT(finding(judge(schema), "postgres.schema").fix, ElementsAre(each.fix));
        }
    }
}

TEST(PostgresSchema, BelongsToItsCluster) {
    PostgresCluster cluster{
        .quoted_schema = "\"contrail\"",
        .stream = "rides",
        .identity = {.cluster = "7", .database = "5", .noted_cluster = "7", .noted_database = "5"}};
    EXPECT_EQ(verdict_of(judge(cluster), "postgres.cluster"), fine);
    cluster.identity.noted_cluster = "8";
    EXPECT_EQ(verdict_of(judge(cluster), "postgres.cluster"), fails);
    EXPECT_THAT(finding(judge(cluster), "postgres.cluster").fix, ElementsAre("contrail adopt"));
}

TEST(PostgresSchema, FeedsTheLogThatTheSettingsName) {
    PostgresCluster cluster{
        .quoted_schema = "\"contrail\"",
        .stream = "rides",
        .identity = {.cluster = "7", .database = "5", .noted_cluster = "7", .noted_database = "5"}};
    cluster.identity.note_is_original = true;
    EXPECT_EQ(verdict_of(judge(cluster), "postgres.stream"), fine) << "no streamer has led";
    cluster.identity.stream = "rides";
    EXPECT_EQ(verdict_of(judge(cluster), "postgres.stream"), fine);
    cluster.stream = "ride";
    EXPECT_EQ(verdict_of(judge(cluster), "postgres.stream"), fails);
    EXPECT_THAT(finding(judge(cluster), "postgres.stream").fix, ElementsAre("STREAM_NAME=rides"));
}

TEST(PostgresDurability, KeepsWhatWasCommitted) {
    struct Case {
        const char* synchronous_commit;
        bool fsync, full_page_writes;
        Verdict commit, sync, pages;
    };
    for (const Case& each : {Case{"on", true, true, fine, fine, fine},
                             {"local", true, true, fine, fine, fine},
                             {"off", true, true, warns, fine, fine},
                             {"on", false, true, fine, fails, fine},
                             {"on", true, false, fine, fine, warns}}) {
        const Findings findings =
            judge(PostgresDurability{"rides", each.synchronous_commit, each.fsync, each.full_page_writes});
        EXPECT_EQ(verdict_of(findings, "postgres.synchronous_commit"), each.commit);
        EXPECT_EQ(verdict_of(findings, "postgres.fsync"), each.sync);
        EXPECT_EQ(verdict_of(findings, "postgres.full_page_writes"), each.pages);
    }
}

TEST(PostgresRights, ThatAreMissingAreNamed) {
    EXPECT_EQ(verdict_of(judge(PostgresRights{.part = Part::streamer, .user = "app"}), "postgres.rights"),
              fine);
    const Finding one = finding(
        judge(PostgresRights{.part = Part::streamer, .user = "app", .missing = {"SELECT on batches"}}),
        "postgres.rights");
    EXPECT_EQ(one.verdict, fails);
    EXPECT_EQ(one.found, "user app lacks for a streamer: SELECT on batches");
    EXPECT_THAT(one.fix,
                ElementsAre("contrail migrate --roles contrail", "GRANT contrail_streamer TO \"app\";"));
}

TEST(PostgresWaits, AreFineUntilACheckpointOrACommitHangs) {
    const PostgresWaits::Holder holder{.consumer = "mailer", .pid = 7, .user = "ann", .state = "active"};
    PostgresWaits waits{.holder = holder, .commits = 2};
    for (const auto& each : judge(waits)) EXPECT_EQ(each.verdict, Verdict::ok) << each.check;

    waits.holder->age = std::chrono::minutes(2);
    EXPECT_EQ(judge(waits).front().verdict, Verdict::warning);
    EXPECT_THAT(judge(waits).front().fix, ElementsAre("SELECT pg_terminate_backend(7);"));
    waits.oldest_commit = std::chrono::minutes(2);
    EXPECT_EQ(judge(waits).back().verdict, Verdict::error);
}

TEST(PostgresPooler, IsInTheStreamersWayOnlyIfItSharesSessions) {
    struct Case {
        Part part;
        Pooler pooler;
        Verdict expected;
    };
    for (const Case& each : {Case{Part::streamer, Pooler::none, fine},
                             {Part::streamer, Pooler::keeps_sessions, fine},
                             {Part::streamer, Pooler::shares_sessions, fails},
                             {Part::consumer, Pooler::shares_sessions, fine},
                             {Part::producer, Pooler::shares_sessions, fine}})
        EXPECT_EQ(verdict_of(judge(PostgresPooler{each.part, each.pooler}), "postgres.pooler"),
                  each.expected);
}

TEST(PostgresTransactions, ThatAreOldAreNamed) {
    const auto open = [](std::chrono::seconds age, bool staged) {
        return PostgresTransactions::Open{.pid = 42,
                                          .user = "app",
                                          .program = "psql",
                                          .state = "idle in transaction",
                                          .age = age,
                                          .has_staged = staged};
    };
    struct Case {
        std::chrono::seconds age;
        bool staged;
        Verdict oldest, staging;
    };
    for (const Case& each : {Case{59s, true, fine, fine},
                             {60s, true, fine, warns},
                             {59min, false, fine, fine},
                             {60min, false, warns, fine},
                             {2h, true, warns, warns}}) {
        PostgresTransactions transactions{.user = "app", .oldest = open(each.age, each.staged)};
        if (each.staged) transactions.oldest_staging = transactions.oldest;
        const Findings findings = judge(transactions);
        EXPECT_EQ(verdict_of(findings, "postgres.oldest_transaction"), each.oldest) << each.age.count();
        EXPECT_EQ(verdict_of(findings, "postgres.staging_transaction"), each.staging) << each.age.count();
    }
    EXPECT_THAT(finding(judge(PostgresTransactions{.user = "app", .oldest = open(2h, false)}),
                        "postgres.oldest_transaction")
                    .fix,
                ElementsAre("SELECT pg_terminate_backend(42);"));
}

TEST(PostgresTransactions, ThatCannotBeSeenAreCounted) {
    const Findings findings = judge(PostgresTransactions{.user = "app", .hidden = 3});
    EXPECT_THAT(finding(findings, "postgres.oldest_transaction").found,
                HasSubstr("may not see 3 other sessions"));
}

TEST(PostgresTransactions, ThatWerePreparedAndLeftAreNamed) {
    PostgresTransactions transactions{
        .user = "app",
        .oldest_prepared = PostgresTransactions::Prepared{.name = "x", .owner = "app", .age = 61s}};
    EXPECT_EQ(verdict_of(judge(transactions), "postgres.prepared_transaction"), warns);
    transactions.oldest_prepared->age = 59s;
    EXPECT_EQ(verdict_of(judge(transactions), "postgres.prepared_transaction"), fine);
}

}  // namespace contrail::operations::doctor
