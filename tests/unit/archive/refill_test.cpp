// A log that lost what its outbox has released, and an archive that holds it.

#include "archive/refill.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archive/archive_writer.hpp"
#include "contrail/streamer.hpp"
#include "servers/temporary_directory.hpp"
#include "testing/memory_log.hpp"
#include "testing/memory_outbox.hpp"
#include "testing/virtual_clock.hpp"

namespace contrail::archive {

namespace {

using ::testing::HasSubstr;

/// Ten records in five batches, all of them in log and archive. The outbox has released the first six. A consumer has
/// applied two.
class RefillTest : public ::testing::Test {
protected:
    RefillTest() {
        for (int batch = 0; batch < 5; ++batch) {
            testing::MemoryTransaction transaction(database);
            for (int i = 0; i < 2; ++i) transaction.stage("create", "ride", "{}");
            transaction.commit();
            database.now_ms += 1'000;
            stream();
            // A segment is turned away from before it is emptied.
            for (int pass = 0; batch == 2 && pass < 3; ++pass) outbox.release(Offset{6});
        }
        EXPECT_EQ(outbox.base().last, Offset{6});
        whole = server.records;
        EXPECT_TRUE(folder.found({.id = new_id(), .log = "rides", .outbox = outbox.identity()}));
        writer.begin_after({});
        writer.append(whole);
        writer.complete();
        outbox.registry().note({{ConsumerName("behind"), ConsumerReport(whole[1].id, {})}});
    }

    void stream() {
        Streamer streamer(outbox, log, clock, {});
        while (streamer.run_once() > 0) {
        }
    }

    /// Fills the log from the archive, and lets the streamer send the rest.
    void refill() {
        ArchiveReader archive(folder);
        const auto refill = plan_refill(outbox, log, archive);
        ASSERT_TRUE(refill);
        execute(*refill, outbox, log, archive);
        stream();
    }

    testing::MemoryDatabase database;
    testing::MemoryLogServer server;
    testing::MemoryOutbox outbox{database};
    testing::MemoryLog log{server};
    testing::VirtualClock clock;
    servers::TemporaryDirectory directory;
    Folder folder{directory.path()};
    ArchiveWriter writer{folder, {}, clock};
    std::vector<Record> whole;
};

TEST_F(RefillTest, IsNotNeededByAWholeLog) {
    ArchiveReader archive(folder);
    EXPECT_FALSE(plan_refill(outbox, log, archive));
}

TEST_F(RefillTest, GivesBackWhatAConsumerNeedsOfALogThatLostEverything) {
    server.lose_everything();
    EXPECT_THROW(stream(), Error) << "no streamer can go on by itself";
    refill();
    EXPECT_EQ(server.records, std::vector<Record>(whole.begin() + 2, whole.end()));
}

TEST_F(RefillTest, ContinuesALogThatCameBackFromAnOlderFile) {
    server.lose_tail(7);
    EXPECT_THROW(stream(), Error);
    refill();
    EXPECT_EQ(server.records, whole);
}

TEST_F(RefillTest, MayBeRepeatedAfterItFailedInBetween) {
    server.lose_everything();
    ArchiveReader archive(folder);
    auto first = plan_refill(outbox, log, archive);
    ASSERT_TRUE(first);
    first->last = whole[3].id;  // it died here
    execute(*first, outbox, log, archive);
    refill();
    EXPECT_EQ(server.records, std::vector<Record>(whole.begin() + 2, whole.end()));
}

TEST_F(RefillTest, RefusesAnArchiveThatLacksSomeOfIt) {
    const servers::TemporaryDirectory other;
    const Folder later(other.path());
    ASSERT_TRUE(later.found({.id = new_id(), .log = "rides", .outbox = outbox.identity()}));
    ArchiveWriter late(later, {}, clock);
    late.begin_after(whole[2].id);
    late.append(std::span(whole).subspan(3));
    late.complete();
    server.lose_everything();
    ArchiveReader archive(later);
    try {
        plan_refill(outbox, log, archive);
        ADD_FAILURE() << "it lacks offset 3";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("needs the records after " + whole[1].id.to_string()));
    }
    EXPECT_TRUE(server.records.empty());
}

TEST_F(RefillTest, RefusesTheArchiveOfAnotherOutbox) {
    server.lose_everything();
    database.identity = {"copy", "another database"};
    ArchiveReader archive(folder);
    EXPECT_THROW(plan_refill(outbox, log, archive), Error);
}

}  // namespace

}  // namespace contrail::archive
