#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "contrail/postgres.hpp"
#include "integration/postgres/read_batch.hpp"
#include "support/admin_postgres.hpp"
#include "support/test_servers.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

/// A long batch is read by ids, from the last one that was drawn before the batch before was sealed. What was staged up
/// to there, by transactions that were under way then, is read apart.
class LongBatch : public ::testing::Test {
protected:
    /// Each record's data is a number that rises with its id.
    void stage(AdminPostgres& writer, int records) {
        writer.run(
            "INSERT INTO contrail.staged_log_records (action, object, data) SELECT 'create', 'ride', "
            "to_jsonb(i) FROM generate_series(" +
            std::to_string(staged + 1) + ", " + std::to_string(staged + records) + ") AS i");
        staged += records;
    }

    /// Seals the next batch, and returns it with its data.
    std::pair<OpenBatch, std::vector<int>> next_batch() {
        const auto batch = outbox->next(previous).value();
        const auto data = data_of(read_batch(*outbox, batch));
        previous = batch.ending_at(Offset{batch.first.value + data.size() - 1});
        return {batch, data};
    }

    static std::vector<int> data_of(const std::vector<Record>& records) {
        std::vector<int> data;
        for (const Record& record : records) data.push_back(std::stoi(record.data));
        return data;
    }

    /// What the definition of a batch says: the records between its snapshot and the one before.
    std::vector<int> records_between(std::int64_t number) {
        std::vector<int> data;
        const std::string all = admin.value(
            "SELECT string_agg(data::text, ' ' ORDER BY id) FROM contrail.batches AS batch "
            "JOIN contrail.batches AS before ON before.no = batch.no - 1, "
            "contrail.records_between(before.snapshot, batch.snapshot) WHERE batch.no = " +
            std::to_string(number));
        std::istringstream numbers(all);
        for (int each = 0; numbers >> each;) data.push_back(each);
        return data;
    }

    /// Reads the batch after `base`, alone, and moves `base` to it.
    static std::vector<int> read_again(Outbox& outbox, Batch& base) {
        const BatchRun run = outbox.read_run(base, 1'000);
        EXPECT_EQ(run.batches.size(), 1);
        std::vector<Record> chunk;
        std::vector<int> read;
        do {
            run.reader->read(chunk, {});
            for (const int number : data_of(chunk)) read.push_back(number);
        } while (!chunk.empty());
        base = run.batches.front().ending_at(Offset{run.batches.front().first.value + read.size() - 1});
        return read;
    }

    /// What sessions that have ended read of the staged records' indexes.
    std::uint64_t index_entries_read() {
        wait_until("the outbox's session has ended", [&] {
            return admin.value(
                       "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                       "AND application_name = 'contrail streamer'") == "0";
        });
        return std::stoull(
            admin.value("SELECT sum(idx_tup_read) FROM pg_stat_user_indexes "
                        "WHERE relname LIKE 'staged_log_records_%'"));
    }

    const Settings settings = fresh_settings();
    AdminPostgres admin{settings.database_url};
    std::unique_ptr<Outbox> outbox = postgres_outbox(settings);
    Batch previous = outbox->newest();
    int staged = 0;
};

TEST_F(LongBatch, HoldsWhatWasUnderWayAtTheSealBeforeIt) {
    AdminPostgres shortly(settings.database_url);
    AdminPostgres at_length(settings.database_url);
    AdminPostgres in_vain(settings.database_url);
    AdminPostgres for_long(settings.database_url);
    for (AdminPostgres* writer : {&shortly, &at_length, &in_vain, &for_long}) {
        writer->run("BEGIN");
        stage(*writer, writer == &at_length ? 1'500 : 3);
    }
    stage(admin, 1'200);
    const auto [first, of_first] = next_batch();
    ASSERT_EQ(of_first.size(), 1'200);

    for (AdminPostgres* writer : {&shortly, &at_length, &in_vain, &for_long}) stage(*writer, 2);
    stage(admin, 1'300);
    shortly.run("COMMIT");
    at_length.run("COMMIT");
    in_vain.run("ROLLBACK");
    const auto [second, of_second] = next_batch();

    EXPECT_EQ(of_second.size(), 5 + 1'502 + 1'300);
    EXPECT_EQ(of_second, records_between(second.number));
    EXPECT_TRUE(std::ranges::is_sorted(of_second));
    const auto from_the_middle = data_of(read_batch(*outbox, second, Offset{second.first.value + 900}));
    EXPECT_EQ(from_the_middle, std::vector(of_second.begin() + 900, of_second.end()));

    for_long.run("COMMIT");
    stage(admin, 1'100);
    const auto [third, of_third] = next_batch();
    EXPECT_EQ(of_third, records_between(third.number));
    EXPECT_EQ(of_third.size(), 5 + 1'100);

    // A log that is filled again reads the same.
    const auto again = postgres_outbox(settings);
    Batch base = again->base();
    for (const auto& expected : {of_first, of_second, of_third})
        EXPECT_EQ(read_again(*again, base), expected);
}

TEST_F(LongBatch, IsReadAgainOnlyToItsEnd) {
    constexpr std::uint64_t batches = 8;
    constexpr std::uint64_t records = 1'100;
    for (std::uint64_t batch = 0; batch < batches; ++batch) {
        stage(admin, records);
        next_batch();
    }
    outbox.reset();
    const std::uint64_t before = index_entries_read();
    {
        const auto again = postgres_outbox(settings);
        Batch base = again->base();
        for (std::uint64_t batch = 0; batch < batches; ++batch)
            EXPECT_EQ(read_again(*again, base).size(), records);
    }
    // To the end of the outbox it would be 4.5 times the records, and more with every batch.
    EXPECT_LE(index_entries_read() - before, 2 * batches * records);
}

// Only the tables' owner can add such a record. The streamer stops at a batch that ends elsewhere than at its first
// reading.
TEST_F(LongBatch, HidesNoRecordThatCameLater) {
    stage(admin, 1'100);
    next_batch();
    admin.run("BEGIN");
    stage(admin, 1);
    const std::string spare = admin.value("SELECT max(id) FROM contrail.staged_log_records");
    admin.run("ROLLBACK");
    stage(admin, 1'100);
    const auto [batch, data] = next_batch();
    ASSERT_EQ(data.size(), 1'100);
    admin.run(
        "ALTER TABLE contrail.staged_log_records DROP CONSTRAINT xid_is_that_of_the_inserting_transaction; "
        "INSERT INTO contrail.staged_log_records (id, xid, action, object, data) OVERRIDING SYSTEM VALUE "
        "SELECT " +
        spare + ", xid, action, object, '0' FROM contrail.staged_log_records ORDER BY id DESC LIMIT 1");

    const auto again = postgres_outbox(settings);
    Batch base = again->base();
    EXPECT_EQ(read_again(*again, base).size(), 1'100);
    EXPECT_EQ(read_again(*again, base).size(), 1'101);
}

// A seal says what later transactions stage only if its own transaction had no id before.
TEST_F(LongBatch, IsReadWithoutABoundWhereNoneIsKnown) {
    AdminPostgres early(settings.database_url);
    early.run("BEGIN");
    stage(early, 1'500);
    stage(admin, 1);
    admin.run(
        "BEGIN; SELECT pg_current_xact_id(); INSERT INTO contrail.batches (no, snapshot, sealed_ms, first_offset, "
        "last_offset) SELECT 1, pg_current_snapshot(), 1, 1, 1; COMMIT");
    EXPECT_EQ(admin.value("SELECT last_staged_id IS NULL FROM contrail.batches WHERE no = 1"), "t");
    previous = outbox->newest();
    early.run("COMMIT");
    const auto [batch, data] = next_batch();
    EXPECT_EQ(data.size(), 1'500);
    EXPECT_EQ(data, records_between(batch.number));
}

TEST_F(LongBatch, IsReadWithoutABoundWhereTheSequenceOfIdsWasSetBack) {
    stage(admin, 1'200);
    next_batch();
    admin.run("ALTER TABLE contrail.staged_log_records ALTER COLUMN id RESTART WITH 1");
    stage(admin, 1'100);
    const auto [batch, data] = next_batch();
    EXPECT_EQ(data.size(), 1'100);
    EXPECT_EQ(data, records_between(batch.number));
}

}  // namespace contrail::test
