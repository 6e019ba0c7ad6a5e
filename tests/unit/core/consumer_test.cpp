#include "contrail/consumer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "testing/faults.hpp"
#include "unit/core/consumer_fixture.hpp"

namespace contrail {

using ::testing::AllOf;
using testing::Crash;
using ::testing::ElementsAre;
using testing::Fault;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST_F(ConsumerTest, BeginsANewNameBeforeTheFirstRecord) {
    EXPECT_EQ(consumer().run_once(), 0U);
    EXPECT_EQ(checkpoint(), RecordId{});
}

TEST_F(ConsumerTest, MovesItsCheckpointWithItsEffects) {
    log_holds(1, 2.0);
    log_holds(2, 3.0);
    EXPECT_EQ(consumer().run_once(), 2U);
    EXPECT_EQ(total(), 5.0);
    EXPECT_EQ(checkpoint(), id(2));
}

TEST_F(ConsumerTest, GoesOnAfterItsCheckpoint) {
    log_holds(1, 2.0);
    consumer().run_once();
    log_holds(2, 3.0);
    EXPECT_EQ(consumer().run_once(), 1U);
    EXPECT_EQ(total(), 5.0);
    EXPECT_EQ(checkpoint(), id(2));
}

TEST_F(ConsumerTest, SaysOnceThatItWaitsWhenItHasReadAll) {
    log_holds(1, 5);
    auto running = consumer();
    running.run_once();
    EXPECT_EQ(events.count<consumer_event::Waiting>(), 0U);
    running.run_once();
    running.run_once();
    EXPECT_EQ(events.count<consumer_event::Waiting>(), 1U);
    log_holds(2, 5);
    running.run_once();
    running.run_once();
    EXPECT_EQ(events.count<consumer_event::Waiting>(), 2U);
}

TEST_F(ConsumerTest, ReadsNoMoreThanABatchAtATime) {
    for (std::uint64_t offset = 1; offset <= 5; ++offset) log_holds(offset, 1.0);
    auto reader = consumer({.batch = {.records_max = 2}});
    EXPECT_EQ(reader.run_once(), 2U);
    EXPECT_EQ(reader.run_once(), 2U);
    EXPECT_EQ(reader.run_once(), 1U);
    EXPECT_EQ(reader.run_once(), 0U);
    EXPECT_EQ(total(), 5.0);
}

TEST_F(ConsumerTest, ForgetsTheEffectsOfABatchWhoseCheckpointDidNotCommit) {
    log_holds(1, 5.0);
    log_holds(2, 7.0);
    consumer().run_once();
    log_holds(3, 1.0);
    testing::OneFault at_commit(4, Fault::crash_before);  // owner, load, begin, advance, commit
    testing::FaultyCheckpoints failing(checkpoints, at_commit);
    Consumer crashing(name, log, failing, add_up, {}, clock, events.listener());

    EXPECT_THROW(crashing.run_once(), Crash);

    EXPECT_TRUE(at_commit.happened());
    EXPECT_EQ(total(), 12.0);
    EXPECT_EQ(checkpoint(), id(2));
}

// Rule 5 by brute force: whatever call fails, and however, every effect happens once.
TEST_F(ConsumerTest, AppliesEveryRecordOnceWhereverItFails) {
    for (const Fault fault : {Fault::refused, Fault::reply_lost, Fault::crash_before, Fault::crash_after}) {
        for (std::size_t call = 0;; ++call) {
            SCOPED_TRACE("fault " + std::to_string(static_cast<int>(fault)) + " at call " +
                         std::to_string(call));
            database = {};
            server = {};
            for (std::uint64_t offset = 1; offset <= 4; ++offset)
                log_holds(offset, static_cast<double>(offset));
            testing::OneFault plan(call, fault);
            testing::FaultyCheckpoints faulty_checkpoints(checkpoints, plan);
            testing::FaultyLog faulty_log(log, plan);
            Consumer failing(name, faulty_log, faulty_checkpoints, add_up, {.batch = {.records_max = 2}},
                             clock, events.listener());
            try {
                while (failing.run_once() > 0) {
                }
            } catch (const Error&) {
                while (failing.run_once() > 0) {
                }  // the process lives on
            } catch (const Crash&) {
                auto restarted = consumer();
                while (restarted.run_once() > 0) {
                }
            }
            EXPECT_EQ(total(), 1.0 + 2.0 + 3.0 + 4.0);
            EXPECT_EQ(checkpoint(), id(4));
            if (!plan.happened()) break;
        }
    }
}

// Two databases, one name: the faster one's position would let the log drop what the slower one needs.
TEST_F(ConsumerTest, IsRefusedWhereItsNameBelongsToAnotherDatabase) {
    log_holds(1, 2.0);
    database.owner = {"1", "database a"};
    consumer().run_once();
    testing::MemoryDatabase other_database;
    other_database.owner = {"2", "database b"};
    testing::MemoryCheckpoints others(other_database, StreamName("log"));

    Consumer second(name, log, others, add_up, {}, clock, events.listener());
    try {
        second.run_once();
        ADD_FAILURE() << "was registered";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
        EXPECT_THAT(error.what(), AllOf(HasSubstr("database a"), HasSubstr("database b")));
    }
    EXPECT_EQ(others.begin(name)->checkpoint(), std::nullopt);
    EXPECT_EQ(server.positions.at(name), RecordId{});

    // One that has a checkpoint, such as a copy's, is refused with its first report.
    const auto copied = others.begin(name);
    ASSERT_TRUE(copied->advance(id(1)));
    copied->commit();
    EXPECT_THROW(second.run_once(), Error);
    EXPECT_EQ(server.positions.at(name), RecordId{});
}

/// A consumer of batches of two, and the last record before which it had asked for more when its handler ran.
class ConsumerReadingAheadTest : public ConsumerTest {
protected:
    struct WatchedLog : testing::MemoryLog {
        using MemoryLog::MemoryLog;
        void read_begin(RecordId after, const ChunkLimits& limits,
                        std::chrono::milliseconds wait_max) override {
            asked_after.push_back(after);
            MemoryLog::read_begin(after, limits, wait_max);
        }
        std::vector<RecordId> asked_after;
    };

    std::vector<RecordId> asked_when_applying() {
        std::vector<RecordId> asked;
        const auto handler = [&](Transaction&, std::span<const Record>) { asked = watched.asked_after; };
        Consumer reader(name, watched, checkpoints, handler, {.batch = {.records_max = 2}}, clock,
                        events.listener());
        reader.run_once();
        return asked;
    }

    WatchedLog watched{server};
};

TEST_F(ConsumerReadingAheadTest, AsksForMoreBeforeItAppliesAFullBatch) {
    for (std::uint64_t offset = 1; offset <= 3; ++offset) log_holds(offset, 1.0);
    EXPECT_THAT(asked_when_applying(), ElementsAre(RecordId{}, id(2)));
    EXPECT_THAT(watched.asked_after, SizeIs(2));
}

TEST_F(ConsumerReadingAheadTest, LetsRecordsGatherWhileItAppliesABatchThatIsNotFull) {
    log_holds(1, 1.0);
    EXPECT_THAT(asked_when_applying(), ElementsAre(RecordId{}));
    EXPECT_THAT(watched.asked_after, ElementsAre(RecordId{}, id(1)));
}

TEST_F(ConsumerTest, BoundsABatchByBytes) {
    for (std::uint64_t offset = 1; offset <= 3; ++offset) log_holds(offset, 1.0);
    auto reader = consumer({.batch = {.bytes_max = 20}});  // a record here has 18
    EXPECT_EQ(reader.run_once(), 2U);
    EXPECT_EQ(reader.run_once(), 1U);
}

TEST_F(ConsumerTest, ReportsItsPositionAgainToALogThatHasForgottenIt) {
    log_holds(1, 2.0);
    auto reader = consumer();
    for (int reads = 0; reads < 3; ++reads) reader.run_once();
    ASSERT_EQ(server.positions.at(name), id(1));
    server.positions.clear();

    reader.run_once();
    EXPECT_TRUE(server.positions.empty()) << "not at every read";
    clock.advance(Consumer::Options{}.report_every);
    reader.run_once();
    EXPECT_EQ(server.positions.at(name), id(1));
}

TEST_F(ConsumerTest, SaysWhatItMissedWhenALimitHasCutItOff) {
    log_holds(1, 2.0);
    consumer().run_once();
    log_holds(4, 2.0);
    server.cut_offs[name] = {Offset{2}, Offset{3}, 1'700'000'000'000};
    try {
        consumer().run_once();
        FAIL() << "it went on";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
        EXPECT_THAT(error.what(), HasSubstr("was cut off at 2023-11-14T22:13:20Z"));
        EXPECT_THAT(error.what(), HasSubstr("took offsets 2 to 3"));
        EXPECT_THAT(error.what(), HasSubstr("contrail consumer reset distance --to earliest --execute"));
    }
}

// A database that lost commits gives offsets out again, at a later time.
TEST_F(ConsumerTest, DoesNotTakeOffsetsGivenOutAgainForRecordsItHasApplied) {
    log_holds(1, 2.0);
    log_holds(2, 2.0);
    consumer().run_once();
    server.append_foreign({{1'700'000'000'001, Offset{2}}, "create", "ride", "5"});
    try {
        consumer().run_once();
        FAIL() << "it went on";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
        EXPECT_THAT(error.what(), HasSubstr("has applied these offsets under other ids"));
    }
    EXPECT_EQ(total(), 4.0);
}

TEST_F(ConsumerTest, LetsOnlyOneOfTwoInstancesAdvance) {
    log_holds(1, 2.0);
    testing::MemoryLog other_log{server};
    auto one = consumer();
    Consumer two(name, other_log, checkpoints, add_up, {}, clock, events.listener());
    one.run_once();
    two.run_once();
    log_holds(2, 3.0);

    EXPECT_EQ(one.run_once(), 1U);
    EXPECT_EQ(two.run_once(), 0U);

    EXPECT_EQ(total(), 5.0);
    EXPECT_EQ(events.count<consumer_event::Overtaken>(), 1U);
}

/// A log that repeats itself: Redis does not, another log might.
class RepeatingLog : public testing::MemoryLog {
public:
    explicit RepeatingLog(testing::MemoryLogServer& server) : MemoryLog(server), server_(server) {}
    void read_end(std::vector<Record>& records) override {
        MemoryLog::read_end(records);
        if (only_repeats) records.clear();
        if (!server_.records.empty()) records.insert(records.begin(), server_.records.front());
    }
    bool only_repeats = false;

private:
    testing::MemoryLogServer& server_;
};

TEST_F(ConsumerTest, SkipsRecordsItHasApplied) {
    log_holds(1, 2.0);
    consumer().run_once();
    log_holds(2, 3.0);
    RepeatingLog repeating(server);
    Consumer running(name, repeating, checkpoints, add_up, {}, clock, events.listener());

    EXPECT_EQ(running.run_once(), 1U);

    EXPECT_EQ(total(), 5.0);
    EXPECT_THAT(events.each(&consumer_event::Skipped::records), ElementsAre(1U));
}

// The last of the original's faults: a batch of nothing but repeats was read for ever.
TEST_F(ConsumerTest, GetsPastABatchOfNothingButRepeats) {
    log_holds(1, 2.0);
    consumer().run_once();
    log_holds(2, 3.0);
    RepeatingLog repeating(server);
    Consumer running(name, repeating, checkpoints, add_up, {}, clock, events.listener());
    repeating.only_repeats = true;
    EXPECT_EQ(running.run_once(), 0U);

    repeating.only_repeats = false;
    EXPECT_EQ(running.run_once(), 1U);
    EXPECT_EQ(total(), 5.0);
}

TEST_F(ConsumerTest, StopsAtAGapAndNamesBothIds) {
    for (std::uint64_t offset = 1; offset <= 4; ++offset) log_holds(offset, 1.0);
    server.erase(id(3));
    try {
        consumer().run_once();
        FAIL() << "the consumer went on over a gap";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
        EXPECT_THAT(error.what(), HasSubstr("after " + id(2).to_string()));
        EXPECT_THAT(error.what(), HasSubstr("continued with " + id(4).to_string()));
    }
    EXPECT_EQ(total(), 0.0);
}

TEST_F(ConsumerTest, StopsIfWhatItHasNotReadWasTrimmed) {
    log_holds(1, 1.0);
    consumer().run_once();
    for (std::uint64_t offset = 2; offset <= 4; ++offset) log_holds(offset, 1.0);
    server.trim(id(4));
    EXPECT_THROW(consumer().run_once(), Error);
}

// Found by simulation: an instance that stood by with an older checkpoint took a rightful trim for a gap, and
// stopped for good.
TEST_F(ConsumerTest, IsOvertakenAndSeesNoGapIfTheLogWasTrimmedToTheCheckpointOfAnotherInstance) {
    log_holds(1, 1.0);
    auto slow = consumer();
    EXPECT_EQ(slow.run_once(), 1U);
    for (std::uint64_t offset = 2; offset <= 4; ++offset) log_holds(offset, 1.0);
    consumer().run_once();
    log_holds(5, 1.0);
    server.trim(id(4));

    EXPECT_EQ(slow.run_once(), 0U);

    EXPECT_EQ(events.count<consumer_event::Overtaken>(), 1U);
    EXPECT_EQ(slow.run_once(), 1U);
    EXPECT_EQ(total(), 5.0);
}

TEST_F(ConsumerTest, DoesNotStartANewNameBehindTheBeginningOfTheLog) {
    for (std::uint64_t offset = 1; offset <= 3; ++offset) log_holds(offset, 1.0);
    server.trim(id(2));
    try {
        consumer().run_once();
        FAIL() << "the consumer left out the first record";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("beginning of the log is gone"));
    }
}

TEST_F(ConsumerTest, WaitsWhileTheLogIsBehindItsCheckpointAndGoesOnWhenItIsFilledAgain) {
    for (std::uint64_t offset = 1; offset <= 3; ++offset) log_holds(offset, 1.0);
    auto running = consumer();
    running.run_once();
    server.lose_tail(2);
    EXPECT_EQ(running.run_once(), 0U);
    for (std::uint64_t offset = 2; offset <= 4; ++offset) log_holds(offset, 1.0);
    EXPECT_EQ(running.run_once(), 1U);
    EXPECT_EQ(total(), 4.0);
}

TEST_F(ConsumerTest, ReportsOnlyPositionsThatAreCommitted) {
    log_holds(1, 1.0);
    auto running = consumer();
    running.run_once();
    EXPECT_THAT(server.positions, ElementsAre(::testing::Pair(name, RecordId{})));
    running.run_once();
    running.run_once();
    EXPECT_THAT(server.positions, ElementsAre(::testing::Pair(name, id(1))));
}

TEST_F(ConsumerTest, GivesABatchToAFailingHandlerAgainAndThenHalts) {
    log_holds(1, 1.0);
    int calls = 0;
    const Handler refuses = [&](Transaction& transaction, std::span<const Record> records) {
        add_up(transaction, records);
        ++calls;
        throw std::runtime_error("cannot read this ride");
    };
    Consumer halting(name, log, checkpoints, refuses, {.handler_attempts_max = 3}, clock, events.listener());

    EXPECT_THROW(halting.run({}), std::runtime_error);

    EXPECT_EQ(calls, 3);
    EXPECT_EQ(total(), 0.0);
    EXPECT_EQ(checkpoint(), RecordId{});
}

TEST_F(ConsumerTest, StopsAfterTheBatchInHand) {
    std::stop_source stop;
    log_holds(1, 1.0);
    log_holds(2, 1.0);
    const Handler stops = [&](Transaction& transaction, std::span<const Record> records) {
        add_up(transaction, records);
        stop.request_stop();
    };
    Consumer(name, log, checkpoints, stops, {.batch = {.records_max = 1}}, clock, events.listener())
        .run(stop.get_token());
    EXPECT_EQ(checkpoint(), id(1));
}

TEST_F(ConsumerTest, PreparesItsOwnStoreUntilThatHasSucceededOnce) {
    log_holds(1, 2.0);
    int calls = 0;
    auto preparing = consumer({.prepare = [&] {
        if (++calls < 3) throw Error(Retry::call, "the store is away");
    }});
    EXPECT_THROW(preparing.run_once(), Error);
    EXPECT_THROW(preparing.run_once(), Error);
    EXPECT_EQ(checkpoint(), std::nullopt) << "it has not even registered its name";

    EXPECT_EQ(preparing.run_once(), 1U);
    log_holds(2, 3.0);
    EXPECT_EQ(preparing.run_once(), 1U);
    EXPECT_EQ(calls, 3);
}

}  // namespace contrail
