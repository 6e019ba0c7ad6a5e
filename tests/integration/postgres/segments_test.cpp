#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/postgres/is_error.hpp"
#include "integration/postgres/read_batch.hpp"
#include "postgres/migrations.hpp"
#include "postgres/postgres_outbox.hpp"
#include "servers/temporary_directory.hpp"
#include "support/admin_postgres.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

using postgres::PostgresOutbox;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Emptying segments on a real server; what every outbox must do is in tests/conformance.
class SegmentsTest : public ::testing::Test {
protected:
    static constexpr SegmentLimits turn_at_once{.bytes_max = 0, .current_max = {}};

    SegmentsTest() { outbox.lead(); }

    static void stage(AdminPostgres& writer, int records = 1) {
        writer.run(
            "INSERT INTO contrail.staged_log_records (action, object, data) "
            "SELECT 'create', 'ride', '{}' FROM generate_series(1, " +
            std::to_string(records) + ")");
    }

    /// Stages in one transaction, and seals that.
    Batch publish(int records = 1) {
        stage(admin, records);
        EXPECT_TRUE(outbox.next(outbox.newest()).has_value());
        return outbox.newest();
    }

    /// Releases everything that is sealed.
    Released release_all(Outbox& releaser) { return releaser.release(outbox.newest().last); }
    Released release_all() { return release_all(outbox); }

    std::string current_segment() {
        return admin.value("SELECT coalesce(pg_sequence_last_value('contrail.current_segment'), 0)");
    }
    std::string bytes_on_disk() {
        return admin.value(
            "SELECT sum(pg_relation_size(relid)) FROM pg_partition_tree('contrail.staged_log_records')");
    }
    std::string segments_of_records() {
        return admin.value("SELECT string_agg(DISTINCT segment::text, ' ') FROM contrail.staged_log_records");
    }

    const Settings settings = fresh_settings();
    AdminPostgres admin{settings.database_url};
    PostgresOutbox outbox{settings, {}, turn_at_once};
};

TEST_F(SegmentsTest, StayAsLongAsTheyAreSmallAndYoung) {
    PostgresOutbox usual(settings);
    publish();
    for (int pass = 0; pass < 3; ++pass) EXPECT_EQ(release_all(usual).segments_emptied, 0U);
    EXPECT_EQ(current_segment(), "0");
}

TEST_F(SegmentsTest, TurnWhenTheyAreLarge) {
    PostgresOutbox by_size(settings, {}, {.bytes_max = 100'000});
    publish(10);
    EXPECT_EQ(release_all(by_size).segments_emptied, 0U);
    publish(2'000);
    EXPECT_EQ(release_all(by_size).segments_emptied, 1U);
    EXPECT_EQ(current_segment(), "1");
    EXPECT_EQ(bytes_on_disk(), "0");
}

TEST_F(SegmentsTest, TurnWhenTheyAreOld) {
    PostgresOutbox by_age(settings, {}, {.current_max = {}});
    publish();
    EXPECT_EQ(release_all(by_age).segments_emptied, 1U);
    EXPECT_EQ(current_segment(), "1");
}

TEST_F(SegmentsTest, DoNotTurnWhileTheyAreEmpty) {
    for (int pass = 0; pass < 3; ++pass) release_all();
    EXPECT_EQ(current_segment(), "0");
}

TEST_F(SegmentsTest, TurnPastTheOneThatAnOpenTransactionKeeps) {
    AdminPostgres open(settings.database_url);
    open.run("BEGIN");
    stage(open);
    std::string turns;
    for (int i = 0; i < 6; ++i) {
        publish();
        release_all();
        turns += current_segment();
    }
    EXPECT_EQ(turns, "121212");
    EXPECT_EQ(segments_of_records(), "0") << "only what shares the segment with it is left";

    open.run("COMMIT");
    EXPECT_THAT(read_batch(outbox, outbox.next(outbox.newest()).value()), SizeIs(1));
}

TEST_F(SegmentsTest, DoNotTurnWhileAllHoldWhatIsNeeded) {
    for (int i = 0; i < 5; ++i) {
        publish();
        outbox.release(Offset{0});
    }
    EXPECT_EQ(current_segment(), "2");
    EXPECT_EQ(segments_of_records(), "0 1 2");

    EXPECT_EQ(release_all().segments_emptied, 2U);
    EXPECT_EQ(release_all().segments_emptied, 1U);
    EXPECT_EQ(bytes_on_disk(), "0");
}

// A producer that read the number of the current segment just before it changed.
TEST_F(SegmentsTest, KeepARecordThatCameLateIntoTheOneBefore) {
    publish();
    release_all();
    ASSERT_EQ(current_segment(), "1");
    admin.run(
        "INSERT INTO contrail.staged_log_records (segment, action, object, data) VALUES (0, 'create', "
        "'ride', '\"late\"')");

    EXPECT_EQ(release_all().segments_emptied, 0U);

    const auto batch = outbox.next(outbox.newest());
    EXPECT_EQ(read_batch(outbox, batch.value()).front().data, "\"late\"");
    EXPECT_EQ(release_all().segments_emptied, 1U);
}

TEST_F(SegmentsTest, SayWhoKeepsThemFromBeingEmptied) {
    AdminPostgres reader(settings.database_url);
    publish();
    reader.run(
        "SET application_name = 'a long report'; BEGIN; SELECT count(*) FROM contrail.staged_log_records");

    const std::string obstacle = release_all().obstacle;

    EXPECT_THAT(obstacle,
                AllOf(HasSubstr("Segment 0 of the outbox"), HasSubstr("(a long report), idle in transaction"),
                      HasSubstr("process " + reader.value("SELECT pg_backend_pid()") + " "),
                      HasSubstr("in a transaction since 2"), HasSubstr("last statement at 2")));
    EXPECT_EQ(release_all().obstacle, obstacle) << "and in the same words, so that it need not be told again";

    reader.run("COMMIT");
    const Released released = release_all();
    EXPECT_EQ(released.segments_emptied, 1U);
    EXPECT_THAT(released.obstacle, IsEmpty());
}

TEST_F(SegmentsTest, SayThatAPreparedTransactionKeepsThem) {
    const servers::TemporaryDirectory directory;
    servers::PrivatePostgres server({.data_dir = directory.path() / "prepared",
                                     .durable = false,
                                     .settings = {{"max_prepared_transactions", "2"}}});
    Settings there = settings;
    there.database_url = server.url();
    postgres::migrate(there);
    AdminPostgres writer(there.database_url);
    writer.run("BEGIN");
    stage(writer);
    writer.run("PREPARE TRANSACTION 'forgotten'");
    PostgresOutbox releasing(there, {}, turn_at_once);
    stage(writer);
    releasing.next(releasing.newest());

    EXPECT_THAT(releasing.release(Offset{1}).obstacle, HasSubstr("pg_prepared_xacts"));

    writer.run("ROLLBACK PREPARED 'forgotten'");
    EXPECT_EQ(releasing.release(Offset{1}).segments_emptied, 1U);
}

// Every later lock request queues behind one that waits. So each transaction is waited for only once.
TEST_F(SegmentsTest, AreNotWaitedForTwiceForTheSameTransaction) {
    AdminPostgres open(settings.database_url);
    open.run("BEGIN");
    stage(open);
    publish();
    release_all();
    const auto locks_asked_for = [&] {
        return std::stoll(admin.value("SELECT pg_snapshot_xmax(pg_current_snapshot())"));
    };
    const auto before = locks_asked_for();
    for (int pass = 0; pass < 20; ++pass) release_all();
    EXPECT_LT(locks_asked_for() - before, 10) << "to ask for such a lock takes a transaction id";
}

TEST_F(SegmentsTest, AreLeftAloneUnderAnOldSnapshot) {
    admin.run("BEGIN ISOLATION LEVEL REPEATABLE READ");
    EXPECT_THAT([&] { admin.run("SELECT contrail.empty_segment(0::smallint, 'log', 1)"); },
                ::testing::ThrowsMessage<std::runtime_error>(HasSubstr("READ COMMITTED")));
}

TEST_F(SegmentsTest, AreNotEmptiedInTheMiddleOfAReading) {
    const Batch batch = publish(50'000);
    PostgresOutbox reading(settings);
    const auto reader = reading.read(batch, batch.first);
    std::vector<Record> chunk;
    reader->read(chunk, {.records_max = 1});

    EXPECT_THAT(release_all().obstacle, HasSubstr("contrail streamer"));

    std::size_t records = chunk.size();
    for (reader->read(chunk, {}); !chunk.empty(); reader->read(chunk, {})) records += chunk.size();
    EXPECT_EQ(records, 50'000U);
    EXPECT_EQ(release_all().segments_emptied, 1U);
}

// A streamer that found its place, and was frozen before it read. What it would read now has other records at
// these offsets, or none.
TEST_F(SegmentsTest, AreNotReadByAStreamerThatFoundABatchBeforeItWasReleased) {
    PostgresOutbox frozen(settings);
    publish(2);
    publish(3);
    const auto found = frozen.find(Offset{1});
    release_all();
    publish(3);
    EXPECT_THAT(error_of([&] { frozen.read(found.value(), Offset{1}); }),
                IsError(Retry::in_doubt, HasSubstr("retention has released it")));
}

TEST_F(SegmentsTest, TakeBatchesAlong) {
    for (int i = 0; i < 50; ++i) publish();
    EXPECT_EQ(admin.value("SELECT count(*) FROM contrail.batches"), "51");
    release_all();
    EXPECT_EQ(admin.value("SELECT count(*) FROM contrail.batches"), "1");
}

// The streamer waits for that lock, and a million batches take seconds.
TEST_F(SegmentsTest, AreNotLockedWhileBatchesAreDeleted) {
    admin.run(R"(
        CREATE FUNCTION refuse_a_locked_segment() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM pg_locks WHERE pid = pg_backend_pid() AND mode = 'AccessExclusiveLock') THEN
                RAISE EXCEPTION 'a segment is locked';
            END IF;
            RETURN OLD;
        END $$;
        CREATE TRIGGER watch BEFORE DELETE ON contrail.batches
            FOR EACH ROW EXECUTE FUNCTION refuse_a_locked_segment())");
    publish();
    EXPECT_EQ(release_all().segments_emptied, 1U);
    EXPECT_EQ(admin.value("SELECT count(*) FROM contrail.batches"), "1");
}

// To delete rows of batches takes no lock of a segment.
TEST_F(SegmentsTest, InUseDoNotKeepBatches) {
    AdminPostgres reader(settings.database_url);
    publish();
    publish();
    reader.run("BEGIN; SELECT count(*) FROM contrail.staged_log_records");
    EXPECT_EQ(release_all().segments_emptied, 0U);
    EXPECT_EQ(admin.value("SELECT count(*) FROM contrail.batches"), "1");
    reader.run("COMMIT");
    EXPECT_EQ(release_all().segments_emptied, 1U);
}

TEST_F(SegmentsTest, AndBatchesStayWhileAConsumerRegisters) {
    AdminPostgres registering(settings.database_url);
    publish();
    registering.run("BEGIN; LOCK TABLE contrail.consumers IN ROW EXCLUSIVE MODE");  // as INSERT and UPDATE do
    EXPECT_EQ(release_all().segments_emptied, 0U);
    EXPECT_EQ(admin.value("SELECT count(*) FROM contrail.batches"), "2");
    registering.run("COMMIT");
    EXPECT_EQ(release_all().segments_emptied, 1U);
}

// What an idle service's outbox does all day.
TEST_F(SegmentsTest, CostNoTransactionWhileNothingCanBeEmptied) {
    publish(10'000);
    release_all();
    publish(10'000);
    const auto next_xid = [&] {
        return std::stoll(admin.value("SELECT pg_snapshot_xmax(pg_current_snapshot())"));
    };
    outbox.release(Offset{0});
    const auto before = next_xid();
    for (int pass = 0; pass < 20; ++pass) {
        outbox.registry().note({});
        outbox.release(Offset{1});
    }
    EXPECT_LT(next_xid() - before, 10) << "the server may take some for itself";
}

// However many records there are, and however old a transaction elsewhere is.
TEST_F(SegmentsTest, AreLookedIntoWithAProbeOfTheIndex) {
    AdminPostgres open(settings.database_url);
    open.run("BEGIN; SELECT pg_current_xact_id()");
    publish(10'000);
    const std::string none_sealed = admin.value("SELECT snapshot FROM contrail.batches WHERE no = 0");
    const std::string all_sealed = admin.value("SELECT snapshot FROM contrail.batches WHERE no = 1");
    const auto looks = [&](const std::string& snapshot) {
        AdminPostgres session(settings.database_url);  // the counts are a session's own
        const auto answer = session.value("SELECT contrail.holds_more_than('" + snapshot + "', 0::smallint)");
        return answer + " after scans and rows: " +
               session.value(
                   "SELECT seq_scan || ' ' || idx_tup_fetch FROM pg_stat_xact_user_tables "
                   "WHERE relname = 'staged_log_records_0'");
    };
    EXPECT_EQ(looks(none_sealed), "t after scans and rows: 0 1");
    EXPECT_EQ(looks(all_sealed), "f after scans and rows: 0 0");
}

}  // namespace contrail::test
