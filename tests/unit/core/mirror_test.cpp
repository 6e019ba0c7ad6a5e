#include "contrail/mirror.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "testing/memory_log.hpp"
#include "testing/virtual_clock.hpp"

namespace contrail {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A log that its outbox feeds, a place for its copy, and a mirror between them.
class MirrorTest : public ::testing::Test {
protected:
    static RecordId id(std::uint64_t offset) { return {1'700'000'000'000, Offset{offset}}; }

    MirrorTest() { source_.fed_by = rides; }

    void append(std::uint64_t first, std::uint64_t last) {
        for (auto offset = first; offset <= last; ++offset) {
            source_.records.push_back({id(offset), "create", "ride", std::to_string(offset)});
            source_.head = id(offset);
        }
    }

    /// The virtual clock stands still: every step looks after the copy.
    static Mirror::Options options() {
        Mirror::Options options;
        options.maintain_every = {};
        return options;
    }

    Mirror mirror() { return Mirror(name, {"copy", "the copy"}, from_, to_, clock_, options()); }

    static void run(Mirror mirror) { run_on(mirror); }
    static void run_on(Mirror& mirror) {
        // One step that copies nothing finds the place anew; a second one has nothing left to do.
        for (int idle = 0; idle < 2;) idle = mirror.run_once() == 0 ? idle + 1 : 0;
    }

    std::string refusal() {
        try {
            run(mirror());
        } catch (const Error& error) {
            EXPECT_EQ(error.retry(), Retry::never) << error.what();
            return error.what();
        }
        return "done";
    }

    const ConsumerName name{"mirror"};
    const OutboxIdentity rides{"1", "database rides"};
    testing::MemoryLogServer source_;
    testing::MemoryLogServer copy_;
    testing::MemoryLog from_{source_};
    testing::MemoryLog to_{copy_};
    testing::VirtualClock clock_;
};

TEST_F(MirrorTest, CopiesEveryRecordUnderItsId) {
    append(1, 2'500);
    run(mirror());
    EXPECT_EQ(copy_.records, source_.records);
    EXPECT_EQ(copy_.fed_by, rides);
    append(2'501, 2'600);
    run(mirror());
    EXPECT_EQ(copy_.records, source_.records);
}

TEST_F(MirrorTest, IsAConsumerOfTheLogThatItCopies) {
    append(1, 10);
    Mirror one = mirror();
    run_on(one);
    EXPECT_EQ(source_.positions.at(name), id(10));
    EXPECT_EQ(source_.owners.at(name).owner.id, "copy");
}

TEST_F(MirrorTest, FillsACopyAgainThatLostItsTailOrEverything) {
    append(1, 10);
    Mirror one = mirror();
    run_on(one);
    copy_.lose_tail(3);
    run_on(one);
    EXPECT_EQ(copy_.records, source_.records);
    copy_.lose_everything();
    run_on(one);
    EXPECT_EQ(copy_.records, source_.records);
    EXPECT_EQ(copy_.fed_by, rides);
}

TEST_F(MirrorTest, BeginsAnEmptyCopyWhereTheLogBegins) {
    append(1, 10);
    source_.trim(id(5));
    run(mirror());
    EXPECT_EQ(copy_.records, source_.records);
    EXPECT_EQ(copy_.head, id(10));
}

TEST_F(MirrorTest, BeginsAnEmptyCopyAtTheHeadOfALogThatHoldsNothing) {
    append(1, 10);
    source_.trim(id(11));
    run(mirror());
    EXPECT_THAT(copy_.records, IsEmpty());
    EXPECT_EQ(copy_.head, id(10));
}

TEST_F(MirrorTest, TrimsTheCopyBehindTheLogAndItsOwnConsumers) {
    append(1, 10);
    Mirror one = mirror();
    run_on(one);
    copy_.positions[ConsumerName("slow")] = id(3);
    source_.trim(id(8));
    run_on(one);
    EXPECT_EQ(copy_.records.front().id, id(4));
    copy_.positions[ConsumerName("slow")] = id(10);
    run_on(one);
    EXPECT_EQ(copy_.records.front().id, id(8));
}

TEST_F(MirrorTest, WaitsForALogThatNamesNoOutbox) {
    source_.fed_by = {};
    Mirror one = mirror();
    try {
        one.run_once();
        ADD_FAILURE() << "copied";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::call);
    }
}

TEST_F(MirrorTest, RefusesACopyThatIsAnothersLog) {
    append(1, 10);
    copy_.fed_by = {"2", "database staging"};
    copy_.records = source_.records;
    copy_.head = source_.head;
    EXPECT_THAT(refusal(), HasSubstr("outbox"));
}

TEST_F(MirrorTest, RefusesACopyWhoseRecordHasAnotherId) {
    append(1, 10);
    run(mirror());
    source_.records.back().id.sealed_ms += 1;
    source_.head = source_.records.back().id;
    append(11, 11);
    EXPECT_THAT(refusal(), HasSubstr("none of this id"));
}

TEST_F(MirrorTest, RefusesAGapThatItCannotFill) {
    append(1, 10);
    run(mirror());
    source_.positions.clear();
    append(11, 20);
    source_.trim(id(15));
    EXPECT_THAT(refusal(), HasSubstr("has dropped the records after"));
    source_ = {};
    source_.fed_by = rides;
    append(1, 20);
    source_.erase(id(12));
    EXPECT_THAT(refusal(), HasSubstr("records between them are missing"));
}

}  // namespace contrail
