// A consumer that begins in an archive and goes on in the log.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "archive/archive_writer.hpp"
#include "archive/archived_log.hpp"
#include "contrail/consumer.hpp"
#include "contrail/replay.hpp"
#include "servers/temporary_directory.hpp"
#include "testing/event_recorder.hpp"
#include "testing/memory_checkpoints.hpp"
#include "testing/memory_log.hpp"
#include "testing/virtual_clock.hpp"

namespace contrail::archive {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// An archive of offsets 1 to 30 in three files, and a log that holds 25 to 40.
class ArchivedLogTest : public ::testing::Test {
protected:
    ArchivedLogTest() {
        server.fed_by = {"outbox", "database"};
        EXPECT_TRUE(folder.found({.id = new_id(), .log = "rides", .outbox = server.fed_by}));
        writer.begin_after({});
        for (const std::uint64_t first : {1U, 11U, 21U}) archive(first, first + 9);
        log_holds(25, 40);
    }

    static Record record(std::uint64_t offset) {
        return {
            .id = {1'000 + offset / 3, Offset{offset}}, .action = "create", .object = "ride", .data = "{}"};
    }

    void archive(std::uint64_t first, std::uint64_t last) {
        for (std::uint64_t offset = first; offset <= last; ++offset) {
            const Record archived = record(offset);
            writer.append(std::span(&archived, 1));
        }
        writer.complete();
    }

    void log_holds(std::uint64_t first, std::uint64_t last) {
        for (std::uint64_t offset = first; offset <= last; ++offset) server.records.push_back(record(offset));
        server.head = record(last).id;
        server.sealed = server.head;
    }

    /// Runs a new consumer to the end, from this place. What it applied is in `applied`.
    void consume(const StartingPlace& start, const std::string& name = "recount") {
        applied.clear();
        Replay replay(StreamName("rides"), log, folder.path());
        Consumer consumer(
            ConsumerName(name), replay.log(), checkpoints,
            [&](Transaction&, std::span<const Record> records) {
                for (const Record& each : records) applied.push_back(each.id.offset.value);
            },
            replay.options({.start = start, .batch = {.records_max = 7}}), clock);
        while (consumer.run_once() > 0) between_batches();
        consumer.run_once();  // reports the last commit
    }

    static std::vector<std::uint64_t> offsets(std::uint64_t first, std::uint64_t last) {
        std::vector<std::uint64_t> offsets(last - first + 1);
        std::iota(offsets.begin(), offsets.end(), first);
        return offsets;
    }

    std::string refusal(const StartingPlace& start) {
        try {
            consume(start);
            return "";
        } catch (const Error& error) {
            return error.what();
        }
    }

    std::function<void()> between_batches = [] {};
    std::vector<std::uint64_t> applied;
    servers::TemporaryDirectory directory;
    Folder folder{directory.path()};
    testing::VirtualClock clock;
    ArchiveWriter writer{folder, {}, clock};
    testing::MemoryLogServer server;
    testing::MemoryLog log{server};
    testing::MemoryDatabase database;
    testing::MemoryCheckpoints checkpoints{database, StreamName("rides")};
};

TEST_F(ArchivedLogTest, IsReadFromItsFirstRecordToTheLogsLast) {
    consume(start::Earliest{});
    EXPECT_EQ(applied, offsets(1, 40));
    EXPECT_EQ(server.positions.at(ConsumerName("recount")), record(40).id);
}

TEST_F(ArchivedLogTest, IsReadFromAnyPlace) {
    for (std::uint64_t offset = 1; offset < 40; ++offset) {
        const std::string name = "after" + std::to_string(offset);
        consume(start::After{record(offset).id}, name);
        EXPECT_EQ(applied, offsets(offset + 1, 40)) << offset;
    }
    for (std::uint64_t unix_ms = 990; unix_ms <= 1'013; ++unix_ms) {
        consume(start::Since{unix_ms}, "since" + std::to_string(unix_ms));
        const std::uint64_t first = unix_ms <= 1'000 ? 1 : (unix_ms - 1'000) * 3;
        EXPECT_EQ(applied, offsets(first, 40)) << unix_ms;
    }
    consume(start::Latest{}, "latest");
    EXPECT_THAT(applied, IsEmpty());
}

TEST_F(ArchivedLogTest, TellsFromWhichOfTheTwoItIsRead) {
    std::vector<std::string> told;
    ArchiveReader archive(folder);
    ArchivedLog joined(log, archive, [&](const ConsumerEvent& event) {
        if (const auto* reading = std::get_if<consumer_event::ReadingArchive>(&event))
            told.push_back("archive " + reading->after.to_string() + " " + reading->last.to_string());
        if (const auto* reading = std::get_if<consumer_event::ReadingLog>(&event))
            told.push_back("log " + reading->after.to_string());
    });
    std::vector<Record> records;
    for (RecordId after; after < record(40).id; after = records.back().id) {
        joined.read_begin(after, {.records_max = 7}, std::chrono::milliseconds(0));
        joined.read_end(records);
    }
    EXPECT_THAT(told,
                ElementsAre("archive 0-0 " + record(30).id.to_string(), "log " + record(30).id.to_string()));
}

TEST_F(ArchivedLogTest, GoesOnWhereTheCheckpointIs) {
    int batches = 0;
    between_batches = [&] {
        if (++batches == 2) throw Error(Retry::call, "the process dies");
    };
    EXPECT_THROW(consume(start::Earliest{}), Error);
    EXPECT_EQ(applied, offsets(1, 14));
    consume(start::Earliest{});
    EXPECT_EQ(applied, offsets(15, 40));
}

TEST_F(ArchivedLogTest, NeedsOfTheLogOnlyWhatTheArchiveLacks) {
    between_batches = [&] {
        const Offset position = server.positions.at(ConsumerName("recount")).offset;
        EXPECT_GE(position, Offset{30});
        server.trim({record(position.value).id.sealed_ms, position.next()});
    };
    consume(start::Earliest{});
    EXPECT_EQ(applied, offsets(1, 40));
}

TEST_F(ArchivedLogTest, SeesFilesThatAreCompletedWhileItIsRead) {
    server.trim(record(38).id);
    bool done = false;
    between_batches = [&] {
        if (!std::exchange(done, true)) archive(31, 39);
    };
    consume(start::Earliest{});
    EXPECT_EQ(applied, offsets(1, 40));
}

TEST_F(ArchivedLogTest, StopsAtAGapBetweenArchiveAndLog) {
    server.trim(record(33).id);
    EXPECT_THAT(refusal(start::Earliest{}),
                HasSubstr("ends with record " + record(30).id.to_string() + ", and the log continues with " +
                          record(33).id.to_string() + ": neither holds the records between"));
    EXPECT_EQ(applied, offsets(1, 30));
}

TEST_F(ArchivedLogTest, StopsBeforeAnythingOfADamagedFile) {
    std::filesystem::resize_file(folder.path() / file_name(Offset{21}), 700);
    EXPECT_THAT(refusal(start::Earliest{}), HasSubstr(file_name(Offset{21}) + " is damaged"));
    EXPECT_THAT(applied, IsEmpty());
}

TEST_F(ArchivedLogTest, OfAnotherOutboxIsRefused) {
    server.fed_by = {"copy", "another database"};
    EXPECT_THAT(refusal(start::Earliest{}),
                HasSubstr("holds the archive of log 'rides', fed by database (outbox)"));
    EXPECT_THAT(applied, IsEmpty());
}

TEST_F(ArchivedLogTest, ThatBeginsLaterSaysWhere) {
    const servers::TemporaryDirectory other;
    folder = Folder(other.path());
    ASSERT_TRUE(folder.found({.id = new_id(), .log = "rides", .outbox = server.fed_by}));
    ArchiveWriter late(folder, {}, clock);
    late.begin_after(record(10).id);
    for (std::uint64_t offset = 11; offset <= 30; ++offset) {
        const Record archived = record(offset);
        late.append(std::span(&archived, 1));
    }
    late.complete();
    EXPECT_THAT(refusal(start::Earliest{}),
                HasSubstr("up to the record before " + record(11).id.to_string()));
    consume(start::After{record(10).id});
    EXPECT_EQ(applied, offsets(11, 40));
}

}  // namespace

}  // namespace contrail::archive
