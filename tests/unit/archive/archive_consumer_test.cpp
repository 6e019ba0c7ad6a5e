// The consumer that writes an archive: the ordinary engine, over checkpoints that are files.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archive/archive_checkpoints.hpp"
#include "archive/open.hpp"
#include "archive/verify.hpp"
#include "contrail/at_least_once_consumer.hpp"
#include "servers/temporary_directory.hpp"
#include "testing/memory_log.hpp"
#include "testing/virtual_clock.hpp"

namespace contrail::archive {

namespace {

using ::testing::HasSubstr;

class ArchiveConsumer : public ::testing::Test {
protected:
    ArchiveConsumer() { server.fed_by = {"outbox-1", "database \"rides\""}; }

    void log_holds(std::uint64_t first, std::uint64_t last) {
        for (std::uint64_t offset = first; offset <= last; ++offset) {
            server.records.push_back({.id = id(offset), .action = "create", .object = "ride", .data = "{}"});
            server.head = id(offset);
            server.sealed = id(offset);
        }
    }

    static RecordId id(std::uint64_t offset) { return {1'000 + offset, Offset{offset}}; }

    void open() { open_for(StreamName("rides"), log, name, folder); }

    /// A process that archives, from its start to its death.
    struct Process {
        explicit Process(ArchiveConsumer& test, FileLimits limits = {})
            : writer(test.folder, limits, test.clock),
              checkpoints(writer),
              positions(test.log, writer),
              consumer(
                  test.name, positions, checkpoints,
                  [this](std::span<const Record> records) { writer.append(records); },
                  {.prepare = [&test] { test.open(); }, .batch = {.records_max = 2}}, test.clock) {}

        void run_to_the_end() {
            while (consumer.run_once() > 0) {
            }
        }

        ArchiveWriter writer;
        ArchiveCheckpoints checkpoints;
        ArchivedPositions positions;
        AtLeastOnceConsumer consumer;
    };

    [[nodiscard]] Verified verified() const {
        return verify(folder, [](const std::string& flaw) { ADD_FAILURE() << flaw; });
    }

    /// Why a process cannot begin.
    std::string refusal() {
        try {
            open();
            return "";
        } catch (const Error& error) {
            return error.what();
        }
    }

    testing::MemoryLogServer server;
    testing::MemoryLog log{server};
    testing::VirtualClock clock;
    servers::TemporaryDirectory directory;
    Folder folder{directory.path()};
    ConsumerName name{"archive"};
};

TEST_F(ArchiveConsumer, ReportsOnlyWhatIsInACompleteFile) {
    log_holds(1, 5);
    Process process(*this, {.age_max = Clock::Duration(60'000)});
    process.run_to_the_end();
    EXPECT_EQ(server.positions.at(name), RecordId{}) << "the log keeps what a crash would lose";
    EXPECT_EQ(verified().records, 0U);

    clock.advance(Clock::Duration(60'000));
    process.run_to_the_end();
    EXPECT_EQ(server.positions.at(name), id(5));
    EXPECT_EQ(verified().records, 5U);
}

TEST_F(ArchiveConsumer, ResumesFromWhatTheFolderHoldsAfterACrashAnywhere) {
    log_holds(1, 20);
    for (int calls = 1; calls <= 12; ++calls) {
        Process process(*this);
        for (int call = 0; call < calls; ++call) process.consumer.run_once();
        if (calls % 3 == 0) process.writer.complete();
    }
    Process last(*this);
    last.run_to_the_end();
    last.writer.complete();
    EXPECT_EQ(verified().records, 20U);
    EXPECT_EQ(verified().last, id(20));
}

TEST_F(ArchiveConsumer, BeginsWhereItIsTold) {
    log_holds(1, 5);
    ArchiveWriter writer(folder, {}, clock);
    ArchiveCheckpoints checkpoints(writer);
    ArchivedPositions positions(log, writer);
    AtLeastOnceConsumer consumer(
        name, positions, checkpoints, [&](std::span<const Record> records) { writer.append(records); },
        {.start = start::After{id(3)}, .prepare = [&] { open(); }}, clock);
    while (consumer.run_once() > 0) {
    }
    writer.complete();
    EXPECT_EQ(verified().first, id(4));
    EXPECT_EQ(folder.require_identity().begins_after, id(3));
}

TEST_F(ArchiveConsumer, RefusesTheFolderOfAnotherLogOrOutbox) {
    open();
    EXPECT_EQ(refusal(), "");
    server.fed_by = {"outbox-2", "database \"copy\""};
    EXPECT_THAT(
        refusal(),
        HasSubstr("fed by database \"rides\" (outbox-1). This log is 'rides', fed by database \"copy\""));
    server.fed_by = {};
    EXPECT_THAT(refusal(), HasSubstr("does not name the outbox that feeds it"));
    server.fed_by = {"outbox-1", "renamed"};
    EXPECT_EQ(refusal(), "") << "the id counts, not the name";
    EXPECT_THROW(open_for(StreamName("orders"), log, name, folder), Error);
}

TEST_F(ArchiveConsumer, KeepsItsNameFromASecondFolder) {
    log_holds(1, 2);
    Process(*this).run_to_the_end();
    const servers::TemporaryDirectory second;
    folder = Folder(second.path());
    Process process(*this);
    EXPECT_THROW(process.run_to_the_end(), Error);
}

TEST_F(ArchiveConsumer, NoticesAnOlderCopyOfItsFolder) {
    log_holds(1, 6);
    const servers::TemporaryDirectory copies;
    {
        Process process(*this);
        process.run_to_the_end();
        process.writer.complete();
        std::filesystem::copy(folder.path(), copies.path(), std::filesystem::copy_options::recursive);
        log_holds(7, 9);
        process.run_to_the_end();
        process.writer.complete();
        clock.advance(Clock::Duration(1'000));
        process.consumer.run_once();
    }
    ASSERT_EQ(server.positions.at(name), id(9));
    folder = Folder(copies.path());
    EXPECT_EQ(refusal(), "") << "the log holds what the copy lacks";
    server.trim(id(9));
    EXPECT_THAT(refusal(), HasSubstr("ends with record " + id(6).to_string()));
    EXPECT_THAT(refusal(), HasSubstr("begins with " + id(9).to_string()));
}

}  // namespace

}  // namespace contrail::archive
