#include "postgres/batch_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contrail/postgres.hpp"
#include "core/assign_text.hpp"
#include "integration/postgres/is_error.hpp"
#include "integration/postgres/read_batch.hpp"
#include "support/admin_postgres.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

using ::testing::_;
using ::testing::HasSubstr;

class ReadingABatch : public ::testing::Test {
protected:
    // More than the sockets between take, so that the server is still sending when the reader is left.
    static constexpr std::uint64_t records = 50'000;

    ReadingABatch() {
        admin.run(
            "INSERT INTO contrail.staged_log_records (action, object, data) "
            "SELECT 'create', 'ride', jsonb_build_object('id', 100000 + i, 'note', repeat('x', 200)) FROM "
            "generate_series(1, " +
            std::to_string(records) + ") AS i");
        batch = outbox->next(outbox->newest()).value();
    }

    const Settings settings = fresh_settings();
    AdminPostgres admin{settings.database_url};
    std::unique_ptr<Outbox> outbox = postgres_outbox(settings);
    OpenBatch batch;
    std::vector<Record> chunk;
};

TEST_F(ReadingABatch, MayStopAnywhere) {
    outbox->read(batch, batch.first);
    outbox->read(batch, batch.first)->read(chunk, {});
    EXPECT_EQ(chunk.size(), ChunkLimits{}.records_max);
    EXPECT_EQ(outbox->newest().last, Offset{records});
}

TEST_F(ReadingABatch, GivesTheSameBytesEveryTime) {
    const auto whole = read_batch(*outbox, batch);
    ASSERT_EQ(whole.size(), records);
    EXPECT_EQ(read_batch(*postgres_outbox(settings), batch), whole);

    const std::vector<Record> rest(whole.begin() + 49'000, whole.end());
    EXPECT_EQ(read_batch(*outbox, batch, Offset{49'001}), rest);
}

TEST_F(ReadingABatch, DoesNotAllocateForAChunkUsedAgain) {
    const auto reader = outbox->read(batch, batch.first);
    reader->read(chunk, {});
    const char* const text = chunk.front().data.data();
    reader->read(chunk, {});
    EXPECT_EQ(chunk.front().data.data(), text);
    EXPECT_EQ(chunk.front().id.offset, Offset{1'001});
}

TEST_F(ReadingABatch, FailsWhenTheServerEndsTheSession) {
    const auto reader = outbox->read(batch, batch.first);
    reader->read(chunk, {});
    admin.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'contrail streamer' "
        "AND datname = current_database()");

    const auto read_to_the_end = [&] {
        do {
            reader->read(chunk, {});
        } while (!chunk.empty());
    };
    EXPECT_THAT(error_of(read_to_the_end), IsError(Retry::call, HasSubstr("Cannot read a batch")));
    EXPECT_EQ(read_batch(*outbox, batch).size(), records) << "on a new connection";
}

TEST_F(ReadingABatch, FailsIfTheOutboxIsUsedMeanwhile) {
    const auto reader = outbox->read(batch, batch.first);
    reader->read(chunk, {});
    EXPECT_THAT(error_of([&] { outbox->newest(); }), IsError(_, HasSubstr("in progress")));
    EXPECT_THAT(error_of([&] { reader->read(chunk, {}); }), IsError(_, HasSubstr("Cannot read a batch")));
}

TEST_F(ReadingABatch, FailsIfItWasNeverSealed) {
    batch.number = 1000;
    EXPECT_THAT(error_of([&] { outbox->read(batch, batch.first); }),
                IsError(Retry::in_doubt, HasSubstr("batch 1000")));
}

TEST_F(ReadingABatch, FailsInARunAfterABatchThatWasNeverSealed) {
    batch.number = 1000;
    EXPECT_THAT(error_of([&] { outbox->read_run(batch.ending_at(Offset{records}), 100); }),
                IsError(Retry::in_doubt, HasSubstr("batch 1000")));
}

// A short batch comes along with its seal, a longer one is read by itself: that must not be seen.
class ReadingAShortBatch : public ::testing::Test {
protected:
    OpenBatch stage_and_seal(int records, const std::string& data = "i") {
        admin.run(
            "INSERT INTO contrail.staged_log_records (action, object, data) SELECT 'create', 'ride', "
            "to_jsonb(" +
            data + ") FROM generate_series(1, " + std::to_string(records) + ") AS i");
        return outbox->next(outbox->newest()).value();
    }

    /// What a streamer reads that has to find the batch by itself.
    std::vector<Record> read_elsewhere(Offset first) {
        const auto elsewhere = postgres_outbox(settings);
        return read_batch(*elsewhere, elsewhere->find(first).value());
    }

    const Settings settings = fresh_settings();
    AdminPostgres admin{settings.database_url};
    std::unique_ptr<Outbox> outbox = postgres_outbox(settings);
};

TEST_F(ReadingAShortBatch, ReadsTheSameAsAnyOther) {
    for (const int records : {1, 1'000, 1'001}) {
        SCOPED_TRACE(records);
        const OpenBatch batch = stage_and_seal(records);
        EXPECT_EQ(batch.last.has_value(), records <= 1'000);
        const auto read = read_batch(*outbox, batch);
        EXPECT_EQ(read.size(), records);
        EXPECT_EQ(read, read_elsewhere(batch.first));
    }
}

TEST_F(ReadingAShortBatch, ReadsTheSameASecondTimeAndFromInside) {
    const OpenBatch batch = stage_and_seal(3);
    const auto whole = read_batch(*outbox, batch);
    EXPECT_EQ(read_batch(*outbox, batch), whole);
    stage_and_seal(3);
    const Batch second = outbox->newest();
    EXPECT_EQ(read_batch(*outbox, second, second.last).front().data, "3");
}

TEST_F(ReadingAShortBatch, ComesInChunks) {
    const OpenBatch batch = stage_and_seal(5);
    const auto reader = outbox->read(batch, batch.first);
    std::vector<Record> chunk;
    for (const std::size_t size : {2U, 2U, 1U, 0U}) {
        reader->read(chunk, {.records_max = 2});
        EXPECT_EQ(chunk.size(), size);
    }
}

// Few, but large: they must not all lie in memory at once.
TEST_F(ReadingAShortBatch, IsNoneWhoseRecordsAreLarge) {
    const OpenBatch batch = stage_and_seal(
        3, "(SELECT string_agg(md5(i::text || j::text), '') FROM generate_series(1, 1000) AS j)");
    EXPECT_EQ(batch.last, std::nullopt);
    EXPECT_EQ(read_batch(*outbox, batch), read_elsewhere(batch.first));
}

// 115 bytes in the table, 917 kB as sent.
TEST_F(ReadingAShortBatch, IsNoneWhoseRecordsAreLargeOnlyWhenTheyAreSent) {
    const int records = 20;
    const OpenBatch batch =
        stage_and_seal(records, "(SELECT array_agg(1e131071) FROM generate_series(1, 7))");
    EXPECT_EQ(batch.last, std::nullopt);
    EXPECT_EQ(admin.value("SELECT sum(pg_column_size(data)) < 65536 FROM contrail.staged_log_records"), "t");

    const ChunkLimits limits;
    const auto reader = outbox->read(batch, batch.first);
    std::vector<Record> chunk;
    std::size_t read = 0;
    for (reader->read(chunk, limits); !chunk.empty(); reader->read(chunk, limits)) {
        read += chunk.size();
        std::size_t bytes = 0;
        for (const Record& record : chunk) bytes += record.data.size();
        EXPECT_LT(bytes - chunk.back().data.size(), limits.bytes_max);
    }
    EXPECT_EQ(read, records);
}

TEST_F(ReadingAShortBatch, IsNoneWhoseHeadersAreLarge) {
    const auto stage_with_headers = [&](const std::string& headers) {
        admin.run("SELECT contrail.stage('create', 'ride', '1', headers => jsonb_build_object('a', " +
                  headers + ")) FROM generate_series(1, 20)");
        return outbox->next(outbox->newest()).value();
    };
    EXPECT_NE(stage_with_headers("1").last, std::nullopt);
    EXPECT_EQ(stage_with_headers("repeat('x', 65000)").last, std::nullopt)
        << "1.3 MB, and less than 1 kB each stored";
    EXPECT_EQ(
        stage_with_headers("(SELECT string_agg(md5(i::text), '') FROM generate_series(1, 1000) AS i)").last,
        std::nullopt)
        << "620 kB, stored too";
}

// Else a thousand strings would in time each grow to the size of the largest record.
TEST_F(ReadingAShortBatch, KeepsNoMemoryOfALargeRecordInTheChunk) {
    std::vector<Record> chunk;
    const auto read = [&](const OpenBatch& batch) { outbox->read(batch, batch.first)->read(chunk, {}); };
    read(stage_and_seal(1, "repeat('x', 1000000)"));
    EXPECT_GT(chunk.front().data.size(), 1'000'000);
    read(stage_and_seal(1));
    EXPECT_LE(chunk.front().data.capacity(), text_capacity_kept_max);
    read(stage_and_seal(1, "(SELECT array_agg(1e131071) FROM generate_series(1, 7))"));
    EXPECT_GT(chunk.front().data.size(), 900'000);
    read(stage_and_seal(1'001));
    EXPECT_LE(chunk.front().data.capacity(), text_capacity_kept_max) << "of a long batch";
}

// Else what follows it would bear other ids than it was sent under.
TEST_F(ReadingAShortBatch, IsNotPassedOverInARunIfARecordOfItIsGone) {
    const Batch before = outbox->newest();
    stage_and_seal(2);
    stage_and_seal(2);
    stage_and_seal(2);
    admin.run("SET session_replication_role = replica; DELETE FROM contrail.staged_log_records WHERE id = 3");

    const BatchRun run = outbox->read_run(before, 100);
    std::vector<Record> chunk;
    EXPECT_THAT(error_of([&] { run.reader->read(chunk, {}); }),
                IsError(Retry::never, HasSubstr("Batch 2 of the outbox should end at offset 4, but its "
                                                "records end at 3. Staged records were changed or deleted")));
}

}  // namespace contrail::test
