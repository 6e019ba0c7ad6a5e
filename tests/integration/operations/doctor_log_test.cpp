#include <gmock/gmock.h>

#include "contrail/postgres.hpp"
#include "integration/operations/findings.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// An outbox whose records were sent, and a log.
class DoctorAtTheLog : public ::testing::Test {
protected:
    DoctorAtTheLog() {
        pipeline.stage({"1", "2", "3"});
        pipeline.stream();
    }

    doctor::Finding finding(std::string_view check) {
        return test::finding(diagnose(pipeline.settings), check);
    }

    Pipeline pipeline;
};

TEST_F(DoctorAtTheLog, SeesThatAllWasSent) {
    EXPECT_THAT(finding("log.place").found, HasSubstr("-3, the last record sealed"));
    EXPECT_EQ(finding("streamer.progress").verdict, Verdict::warning);
    EXPECT_EQ(finding("streamer.progress").found, "no streamer leads; nothing waits");
}

TEST_F(DoctorAtTheLog, SeesRecordsThatWaitForAStreamer) {
    pipeline.stage({"4", "5"});
    EXPECT_EQ(finding("streamer.progress").verdict, Verdict::error);
    EXPECT_THAT(finding("streamer.progress").found, HasSubstr("no streamer leads; 2 records wait"));
}

TEST(DoctorOfAFreshInstallation, KnowsNoSealedRecordThatWaits) {
    Pipeline pipeline;
    pipeline.stage({"1"});
    const auto waits = test::finding(diagnose(pipeline.settings), "streamer.progress").found;
    EXPECT_EQ(waits, "no streamer leads; 1 record waits");
}

TEST_F(DoctorAtTheLog, TellsAStreamerFromAStrangerWithItsLock) {
    pipeline.database.run("CREATE ROLE stranger LOGIN");
    {
        AdminPostgres stranger(pipeline.settings.database_url + "?user=stranger");
        stranger.run("SELECT pg_advisory_lock(hashtextextended('contrail streamer contrail', 0))");
        EXPECT_EQ(finding("streamer.progress").found, "no streamer leads; nothing waits");
        EXPECT_EQ(finding("streamer.lock").verdict, Verdict::warning);
        EXPECT_THAT(
            finding("streamer.lock").found,
            AllOf(HasSubstr("pid " + stranger.value("SELECT pg_backend_pid()")), HasSubstr("stranger")));
    }
    pipeline.database.run("DROP ROLE stranger");
}

TEST_F(DoctorAtTheLog, SeesAStreamerThatLeadsAndStandsStill) {
    const auto frozen = postgres_outbox(pipeline.settings);
    ASSERT_TRUE(frozen->lead());
    EXPECT_EQ(finding("streamer.progress").verdict, Verdict::ok) << "nothing waits";

    pipeline.stage({"4"});
    const auto progress = finding("streamer.progress");
    EXPECT_EQ(progress.verdict, Verdict::error);
    EXPECT_THAT(progress.found, AllOf(HasSubstr("leads (user postgres)"), HasSubstr("1 record waits")));

    // What the doctor prescribes, helps.
    pipeline.database.run(progress.fix.back());
    pipeline.stream();
    EXPECT_THAT(finding("streamer.progress").found, HasSubstr("nothing waits"));
}

TEST_F(DoctorAtTheLog, CountsRecordsThatAreSealedAndNotSent) {
    pipeline.redis.run({"DEL", pipeline.settings.stream_name});
    EXPECT_THAT(finding("log.place").found, HasSubstr("0-0, 3 before the last record sealed"));
    EXPECT_THAT(finding("streamer.progress").found, HasSubstr("3 records wait, the oldest sealed"));
}

TEST_F(DoctorAtTheLog, SeesALogThatIsAheadOrForeign) {
    const auto append = [&](const std::string& id) {
        pipeline.redis.run(
            {"XADD", pipeline.settings.stream_name, id, "action", "x", "object", "x", "data", "{}"});
    };
    append("9999999999999-4");
    EXPECT_EQ(finding("log.place").verdict, Verdict::error);
    EXPECT_THAT(finding("log.place").found, HasSubstr("9999999999999-4, ahead of the outbox"));

    pipeline.redis.run({"DEL", pipeline.settings.stream_name});
    append("5-2");
    EXPECT_EQ(finding("log.place").verdict, Verdict::error);
    EXPECT_THAT(finding("log.place").found, HasSubstr("5-2, which the outbox sealed as"));
}

TEST_F(DoctorAtTheLog, FollowsTheConsumers) {
    EXPECT_EQ(finding("consumer.registered").verdict, Verdict::warning);
    pipeline.consume("mailer");
    pipeline.consume("mailer");  // It reports where it is when it reads on.
    EXPECT_EQ(finding("consumer.progress").subject, "mailer");
    EXPECT_EQ(finding("consumer.progress").verdict, Verdict::ok);

    pipeline.stage({"4"});
    pipeline.stream();
    pipeline.database.run("UPDATE contrail.checkpoints SET updated_at = now() - interval '1 hour'");
    pipeline.database.run(
        "INSERT INTO contrail.consumers (stream, name, last_id) SELECT stream, consumer, last_id "
        "FROM contrail.checkpoints ON CONFLICT DO NOTHING");
    EXPECT_EQ(finding("consumer.progress").verdict, Verdict::warning);
    EXPECT_THAT(finding("consumer.progress").found, HasSubstr("1 record behind"));

    pipeline.database.run(
        "UPDATE contrail.consumers SET cut_off_at = now(), missed_first_offset = 4, missed_last_offset = 4");
    EXPECT_EQ(finding("consumer.progress").verdict, Verdict::error);
    EXPECT_THAT(finding("consumer.progress").found, HasSubstr("missed offsets 4 to 4"));
}

TEST_F(DoctorAtTheLog, ComparesClocks) {
    EXPECT_EQ(finding("clock.redis").verdict, Verdict::ok);
    EXPECT_EQ(finding("clock.postgres").verdict, Verdict::ok);
}

}  // namespace contrail::test
