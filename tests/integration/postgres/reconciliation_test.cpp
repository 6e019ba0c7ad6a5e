#include "contrail/reconciliation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "integration/postgres/is_error.hpp"
#include "integration/postgres/read_batch.hpp"
#include "integration/postgres/versioned_rows.hpp"
#include "support/pipeline.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// A service whose rows tell how many records were staged: each change raises a version by one.
class ReconciliationTest : public ::testing::Test {
protected:
    ReconciliationTest() { VersionedRows::make(pipeline.database); }

    static std::string versions(Reconciliation& reconciliation) {
        return reconciliation.sql().execute("SELECT sum(version) FROM rows")[0][0].value();
    }

    std::string batches() { return pipeline.database.value("SELECT count(*) FROM contrail.batches"); }

    /// Returns when another session waits for a lock.
    void wait_until_another_waits() {
        wait_until("another session waits for a lock", [&] {
            return pipeline.database.value(
                       "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                       "AND wait_event_type = 'Lock'") != "0";
        });
    }

    /// What another streamer would have sealed, from all that is visible on the connection.
    static void seal(AdminPostgres& connection) {
        connection.run(
            "INSERT INTO contrail.batches (no, snapshot, sealed_ms, first_offset, last_offset) "
            "SELECT no + 1, pg_current_snapshot(), sealed_ms + 1, last_offset + 1, last_offset + "
            "    (SELECT count(*) FROM contrail.records_between(snapshot, pg_current_snapshot())) "
            "FROM contrail.batches ORDER BY no DESC LIMIT 1");
    }

    Pipeline pipeline;
    VersionedRows service{pipeline.settings.database_url};
};

TEST_F(ReconciliationTest, NamesTheLastRecordWhoseEffectsTheTablesShow) {
    service.change(0);
    service.change(1);
    VersionedRows open(pipeline.settings.database_url);
    open.connection().run("BEGIN");
    open.change(2);
    service.change(0);

    Reconciliation reconciliation(pipeline.settings);
    open.connection().run("COMMIT");
    service.change(1);

    EXPECT_EQ(reconciliation.last_id().offset, Offset{3});
    EXPECT_EQ(versions(reconciliation), "3") << "what was committed since is not visible";

    pipeline.stream();
    EXPECT_EQ(pipeline.logged().at(2).id, reconciliation.last_id());
    EXPECT_EQ(pipeline.logged().size(), 5U);
}

TEST_F(ReconciliationTest, HoldsTheStreamerUpNoLongerThanTheSeal) {
    service.change(0);
    Reconciliation reconciliation(pipeline.settings);
    service.change(0);
    pipeline.stream();
    EXPECT_EQ(pipeline.logged().size(), 2U);
    EXPECT_EQ(versions(reconciliation), "1");
}

TEST_F(ReconciliationTest, SealsNothingWhereNothingIsNew) {
    EXPECT_EQ(Reconciliation(pipeline.settings).last_id(), RecordId{});
    service.change(0);
    pipeline.stream();
    const std::string before = batches();

    Reconciliation reconciliation(pipeline.settings);

    EXPECT_EQ(batches(), before);
    EXPECT_EQ(reconciliation.last_id(), pipeline.logged().back().id);
    EXPECT_EQ(versions(reconciliation), "1");
}

// A long batch is counted when the next one is sealed; until then its last offset is nowhere written down.
TEST_F(ReconciliationTest, CountsABatchWhoseEndIsNotStored) {
    service.change(0);
    service.change(0);
    pipeline.stream();
    pipeline.database.run("UPDATE contrail.batches SET last_offset = NULL WHERE no = 1");
    EXPECT_EQ(Reconciliation(pipeline.settings).last_id().offset, Offset{2});

    service.change(0);
    EXPECT_EQ(Reconciliation(pipeline.settings).last_id().offset, Offset{3});
    EXPECT_EQ(pipeline.database.value(
                  "SELECT string_agg(last_offset::text, ' ' ORDER BY no) FROM contrail.batches"),
              "0 2 3");
}

TEST_F(ReconciliationTest, GoesOnWithANewerSnapshotWhereAStreamerWasFaster) {
    service.change(0);
    AdminPostgres streamer(pipeline.settings.database_url);
    streamer.run("BEGIN");
    seal(streamer);
    auto slower = std::async(std::launch::async, [&] {
        Reconciliation reconciliation(pipeline.settings);
        return std::pair(reconciliation.last_id().offset, versions(reconciliation));
    });
    wait_until_another_waits();
    service.change(0);
    streamer.run("COMMIT");

    EXPECT_EQ(slower.get(), std::pair(Offset{2}, std::string("2")));
    pipeline.stream();
    EXPECT_EQ(pipeline.logged().size(), 2U);
}

// Emptying a segment deletes batches, and so frees their numbers: also the number of a batch that was sealed
// after an older snapshot. With it, what was sent long ago would be sealed once more.
TEST_F(ReconciliationTest, TakesNoSnapshotWhileASegmentIsEmptied) {
    AdminPostgres emptying(pipeline.settings.database_url);
    emptying.run("BEGIN; LOCK TABLE contrail.staged_log_records_2 IN ACCESS EXCLUSIVE MODE");
    auto reconciled = std::async(std::launch::async, [&] {
        Reconciliation reconciliation(pipeline.settings);
        return std::pair(reconciliation.last_id().offset, versions(reconciliation));
    });
    wait_until_another_waits();
    service.change(0);
    emptying.run("SET LOCAL enable_seqscan = off");
    seal(emptying);
    service.change(0);
    seal(emptying);
    emptying.run("DELETE FROM contrail.batches WHERE no < 2; COMMIT");

    EXPECT_EQ(reconciled.get(), std::pair(Offset{2}, std::string("2")));
    EXPECT_EQ(pipeline.database.value("SELECT string_agg(no::text, ' ') FROM contrail.batches"), "2");
}

TEST_F(ReconciliationTest, ChangesNothingInTheServicesTables) {
    Reconciliation reconciliation(pipeline.settings);
    EXPECT_THAT(error_of([&] { reconciliation.sql().execute("DELETE FROM rows"); }),
                IsError(Retry::transaction, HasSubstr("read-only transaction")));
}

TEST_F(ReconciliationTest, RefusesADumpRestoredInAnotherCluster) {
    pipeline.database.run("UPDATE contrail.cluster_identity SET system_identifier = 42");
    EXPECT_THAT(error_of([&] { Reconciliation{pipeline.settings}; }),
                IsError(Retry::never, AllOf(HasSubstr("Cannot work with"), HasSubstr("restored from a dump"),
                                            HasSubstr("42"))));
}

TEST_F(ReconciliationTest, SaysWhereTheSchemaIsMissing) {
    Settings settings = pipeline.settings;
    settings.database_url = fresh_database();
    EXPECT_THAT(error_of([&] { Reconciliation{settings}; }),
                IsError(Retry::never, HasSubstr("Run `contrail migrate` there")));
}

namespace {

/// What the rows showed at a record: their versions, in order.
struct Reduced {
    RecordId last_id;
    std::vector<int> versions;
};

std::vector<Reduced> reconcile_until(const std::atomic<bool>& all_committed, const Settings& settings,
                                     std::atomic<int>& reductions) {
    std::vector<Reduced> all;
    while (!all_committed) {
        Reconciliation reconciliation(settings);
        Reduced reduced{reconciliation.last_id(), {}};
        for (const auto& row : reconciliation.sql().execute("SELECT version FROM rows ORDER BY id"))
            reduced.versions.push_back(std::stoi(row[0].value()));
        all.push_back(reduced);
        ++reductions;
        reductions.notify_all();
    }
    return all;
}

/// Seals and reads as a streamer does, until nothing is left after all was committed.
std::vector<Record> stream_until(const std::atomic<bool>& all_committed, const Settings& settings) {
    const auto outbox = postgres_outbox(settings);
    Batch batch = outbox->base();  // by now, others may have sealed
    std::vector<Record> streamed;
    for (;;) {
        const bool is_last_look = all_committed;
        const auto next = outbox->next(batch);
        if (!next && is_last_look) return streamed;
        if (!next) continue;
        const auto records = read_batch(*outbox, *next);
        streamed.insert(streamed.end(), records.begin(), records.end());
        EXPECT_EQ(next->last.value_or(records.back().id.offset), records.back().id.offset);
        batch = next->ending_at(records.back().id.offset);
    }
}

/// The versions of all rows as told by the records up to an offset.
std::vector<int> versions_told(const std::vector<Record>& streamed, Offset through) {
    std::vector<int> versions(VersionedRows::rows + 1);
    for (const Record& record : std::span(streamed).first(through.value))
        versions[static_cast<std::size_t>(record.object.back() - '0')] = std::stoi(record.data);
    return versions;
}

}  // namespace

// Writers of every kind, two streamers and two that reconcile, all at once.
TEST_F(ReconciliationTest, ShowsAtEveryRecordWhatTheRecordsUpToItTell) {
    const Settings& settings = pipeline.settings;
    std::atomic<bool> all_committed = false;
    std::atomic<int> reductions = 0;
    const auto stream = [&] { return stream_until(all_committed, settings); };
    constexpr int reductions_min = 11;
    const auto reconcile = [&] {
        try {
            return reconcile_until(all_committed, settings, reductions);
        } catch (...) {
            reductions = reductions_min;  // The test ends the wait, and get() throws.
            reductions.notify_all();
            throw;
        }
    };
    auto one = std::async(std::launch::async, stream);
    auto other = std::async(std::launch::async, stream);
    auto reduced_by_one = std::async(std::launch::async, reconcile);
    auto reduced_by_other = std::async(std::launch::async, reconcile);
    VersionedRows open_throughout(settings.database_url);
    open_throughout.connection().run("BEGIN");
    open_throughout.change(VersionedRows::rows);
    VersionedRows::transact_at_once(settings.database_url);
    // Enough to prove something, however slow the machine is.
    for (int done = reductions; done < reductions_min; done = reductions) reductions.wait(done);
    open_throughout.connection().run("COMMIT");
    all_committed = true;

    const auto streamed = one.get();
    EXPECT_EQ(other.get(), streamed) << "two streamers of one outbox";
    VersionedRows::expect_all(streamed, pipeline.database);
    auto reduced = reduced_by_one.get();
    for (auto& more : reduced_by_other.get()) reduced.push_back(std::move(more));
    for (const auto& [last_id, versions] : reduced) {
        if (last_id.offset == Offset{0}) continue;
        ASSERT_LE(last_id.offset.value, streamed.size());
        EXPECT_EQ(streamed[last_id.offset.value - 1].id, last_id);
        EXPECT_EQ(versions, versions_told(streamed, last_id.offset)) << last_id.to_string();
    }
    EXPECT_EQ(pipeline.database.value(
                  "SELECT count(*) FROM contrail.batches AS batch JOIN contrail.batches AS before "
                  "ON before.no = batch.no - 1 WHERE before.last_offset + 1 <> batch.first_offset"),
              "0");
}

}  // namespace contrail::test
