#include "operations/consumers/move.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "contrail/error.hpp"
#include "operations/consumers/reset.hpp"
#include "operations/consumers/running.hpp"
#include "testing/memory_checkpoints.hpp"
#include "testing/memory_log.hpp"
#include "testing/virtual_clock.hpp"

namespace contrail::operations {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// A log of ten records. Consumer mailer has applied seven in database a, and was restored, from an older dump, in
/// database b.
class ConsumerMove : public ::testing::Test {
protected:
    /// The old database's consumer may work while the command waits.
    struct SharedClock : testing::VirtualClock {
        void wait(Pause pause, const std::stop_token& stop) override {
            VirtualClock::wait(pause, stop);
            meanwhile();
        }
        std::function<void()> meanwhile = [] {};
    };

    ConsumerMove() {
        for (std::uint64_t offset = 1; offset <= 10; ++offset)
            server.append_foreign({id(offset), "create", "ride", "{}"});
        old_database.owner = {"1", "database a"};
        new_database.owner = {"2", "database b"};
        old_log.consume_for(old_database.owner);
        old_log.report_position(mailer, id(7));
        const auto restored = checkpoints.begin(mailer);
        EXPECT_TRUE(restored->advance(id(5)));
        restored->commit();
    }

    static RecordId id(std::uint64_t offset) { return {offset * 1'000, Offset{offset}}; }

    Move plan() { return plan_move(mailer, checkpoints, log); }
    void move() { execute(plan(), log, clock, report_wait_max); }

    static std::string refusal(const std::function<void()>& action) {
        try {
            action();
        } catch (const Error& error) {
            return error.what();
        }
        return "none";
    }

    const ConsumerName mailer{"mailer"};
    testing::MemoryLogServer server;
    testing::MemoryLog log{server};
    testing::MemoryLog old_log{server};
    testing::MemoryDatabase old_database;
    testing::MemoryDatabase new_database;
    testing::MemoryCheckpoints checkpoints{new_database, StreamName("log")};
    testing::MemoryConsumerSegments segments{new_database, StreamName("log")};
    SharedClock clock;
};

TEST_F(ConsumerMove, SaysWhatItWouldDoAndChangesNothing) {
    const std::string text = describe(plan());
    EXPECT_THAT(text,
                AllOf(HasSubstr("belongs to database a, and moves to database b"),
                      HasSubstr("after its checkpoint there, 5000-5"), HasSubstr("reported 7000-7 last")));
    EXPECT_THAT(text, Not(HasSubstr("gap")));
    EXPECT_EQ(server.owners.at(mailer).owner, old_database.owner);
    EXPECT_EQ(server.positions.at(mailer), id(7));
}

TEST_F(ConsumerMove, LetsTheNewDatabaseReportAndNoOther) {
    move();
    EXPECT_EQ(server.owners.at(mailer), (NotedOwner{.owner = new_database.owner, .moved_from = "1"}));
    EXPECT_EQ(server.positions.at(mailer), id(5));
    EXPECT_THAT(refusal([&] { old_log.report_position(mailer, id(8)); }), HasSubstr("belongs to database b"));
    EXPECT_TRUE(plan().is_done());
    EXPECT_EQ(describe(plan()), "Consumer 'mailer' belongs to database b already.\n");
}

TEST_F(ConsumerMove, WarnsOfAGap) {
    server.trim(id(8));
    EXPECT_THAT(describe(plan()), AllOf(HasSubstr("begins with 8000-8, so the consumer stops at a gap"),
                                        HasSubstr("contrail consumer reset mailer")));
}

TEST_F(ConsumerMove, LeavesAConsumerThatRunsAlone) {
    clock.meanwhile = [&] { old_log.report_position(mailer, id(8)); };
    EXPECT_THAT(refusal([&] { move(); }),
                HasSubstr("it runs, and has just reported its position from database a"));
    EXPECT_EQ(server.owners.at(mailer).owner, old_database.owner);
    EXPECT_EQ(server.positions.at(mailer), id(8));
}

TEST_F(ConsumerMove, NeedsACheckpointInTheNewDatabase) {
    new_database = {};
    new_database.owner = {"2", "database b"};
    EXPECT_THAT(refusal([&] { plan(); }), AllOf(HasSubstr("to database b: it holds no checkpoint"),
                                                HasSubstr("consumer forget mailer")));
}

TEST_F(ConsumerMove, NeedsAnOwnerFromWhichToMove) {
    server.owners.clear();
    EXPECT_THAT(refusal([&] { plan(); }), HasSubstr("names no database to which it belongs"));
}

TEST_F(ConsumerMove, ComesBeforeAResetInTheNewDatabase) {
    EXPECT_THAT(
        refusal([&] { plan_reset(mailer, "latest", checkpoints, segments, log, clock); }),
        AllOf(HasSubstr("Cannot reset consumer 'mailer': it belongs to database a, and DATABASE_URL leads to "
                        "database b"),
              HasSubstr("contrail consumer move mailer")));
    move();
    execute(plan_reset(mailer, "latest", checkpoints, segments, log, clock), checkpoints, segments, log,
            clock, report_wait_max);
    EXPECT_EQ(server.positions.at(mailer), id(10));
}

}  // namespace contrail::operations
