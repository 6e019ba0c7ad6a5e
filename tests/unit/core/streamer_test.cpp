#include "contrail/streamer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "testing/faults.hpp"
#include "unit/core/streamer_fixture.hpp"

namespace contrail {

using ::testing::AnyOf;
using testing::Crash;
using ::testing::ElementsAre;
using testing::Fault;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MemoryTransaction;

TEST_F(StreamerTest, FindsNothingToDoInAnEmptyOutbox) {
    EXPECT_EQ(streamer().run_once(), 0U);
    EXPECT_THAT(logged(), IsEmpty());
}

TEST_F(StreamerTest, NumbersRecordsFromOneInTheOrderInWhichTheyWereStaged) {
    stage({"a", "b"});
    stage({"c"});
    restart_and_drain();
    EXPECT_THAT(logged(), ElementsAre("a", "b", "c"));
    EXPECT_THAT(offsets(), ElementsAre(1, 2, 3));
}

TEST_F(StreamerTest, NeverShowsARecordWhoseTransactionRolledBack) {
    {
        MemoryTransaction transaction(database);
        transaction.stage("create", "ride", "rolled back");
    }
    stage({"a"});
    restart_and_drain();
    EXPECT_THAT(logged(), ElementsAre("a"));
}

// The first of the original's faults: ids are taken at INSERT and visible at COMMIT.
TEST_F(StreamerTest, SendsARecordThatCommitsAfterOneWithAHigherStagingId) {
    auto running = streamer();
    MemoryTransaction slow(database);
    slow.stage("create", "ride", "slow");
    stage({"fast"});
    EXPECT_EQ(running.run_once(), 1U);

    slow.commit();
    EXPECT_EQ(running.run_once(), 1U);

    EXPECT_THAT(logged(), ElementsAre("fast", "slow"));
    EXPECT_THAT(offsets(), ElementsAre(1, 2));
}

TEST_F(StreamerTest, IsNotHeldUpByATransactionThatStaysOpen) {
    MemoryTransaction open(database);
    open.stage("create", "ride", "open");
    auto running = streamer();
    for (const char* data : {"a", "b", "c"}) {
        stage({data});
        EXPECT_EQ(running.run_once(), 1U);
    }
    open.commit();
    running.run_once();
    EXPECT_THAT(logged(), ElementsAre("a", "b", "c", "open"));
}

TEST_F(StreamerTest, NeverLetsIdsFallWhenTheClockIsSetBack) {
    stage({"a"});
    restart_and_drain();
    database.now_ms -= 3'600'000;
    stage({"b"});
    restart_and_drain();
    EXPECT_LT(server.records[0].id, server.records[1].id);
}

// The second of the original's faults: a backlog beyond the limit of a batch was deleted unsent.
TEST_F(StreamerTest, SendsABacklogOfManyChunksWhole) {
    std::vector<std::string> backlog;
    for (int i = 0; i < 2'500; ++i) backlog.push_back(std::to_string(i));
    stage(backlog);
    restart_and_drain();
    EXPECT_EQ(logged(), backlog);
}

TEST_F(StreamerTest, BoundsAChunkByRecordsAndByBytes) {
    stage({"aaaa", "bbbb", "cccc", "dddd", "eeee"});
    auto by_records = streamer({.chunk = {.records_max = 2}});
    EXPECT_EQ(by_records.run_once(), 2U);
    auto by_bytes = streamer({.chunk = {.bytes_max = 20}});  // a record here has 14
    EXPECT_EQ(by_bytes.run_once(), 2U);
    EXPECT_EQ(by_bytes.run_once(), 1U);
}

TEST_F(StreamerTest, SaysOnceThatItWaitsWhenItHasSentAll) {
    stage({"a"});
    auto running = streamer();
    running.run_once();
    EXPECT_EQ(events.count<streamer_event::Waiting>(), 0U);
    drain(running);
    running.run_once();
    EXPECT_EQ(events.count<streamer_event::Waiting>(), 1U);
}

TEST_F(StreamerTest, SendsAgainWhatAnEmptiedLogHasLostUnderTheSameIds) {
    stage({"a", "b"});
    stage({"c"});
    restart_and_drain();
    const auto before = server.records;

    server.lose_everything();
    restart_and_drain();

    EXPECT_EQ(server.records, before);
    EXPECT_EQ(events.each(&streamer_event::Located::resend).back(), 3U);
}

/// A log of many short batches that lost everything.
class RefillTest : public StreamerTest {
protected:
    static constexpr std::size_t batches = 20;

    RefillTest() {
        auto running = streamer();
        MemoryTransaction late(database);
        late.stage("create", "ride", "late");
        for (std::size_t batch = 1; batch < batches; ++batch) {
            stage({"a", "b"});
            drain(running);
            ++database.now_ms;
        }
        late.commit();
        drain(running);
        before = server.records;
        server.lose_everything();
    }

    std::vector<Record> before;
};

TEST_F(RefillTest, SendsManyBatchesInOneAppendUnderTheSameIds) {
    Streamer anew = streamer();
    EXPECT_EQ(anew.run_once(), 2U) << "the batch in which it found its place";
    EXPECT_EQ(anew.run_once(), before.size() - 2);
    EXPECT_EQ(server.records, before);

    stage({"c"});
    drain(anew);
    EXPECT_EQ(server.records.size(), before.size() + 1);
    EXPECT_EQ(events.count<streamer_event::BatchAppended>(), 2 * batches + 1) << "an event for each";
}

TEST_F(RefillTest, LosesAndRepeatsNothingWhereverItFails) {
    for (const Fault fault : {Fault::refused, Fault::reply_lost, Fault::crash_before, Fault::crash_after}) {
        for (std::size_t call = 0;; ++call) {
            SCOPED_TRACE("fault " + std::to_string(static_cast<int>(fault)) + " at call " +
                         std::to_string(call));
            server.lose_everything();
            testing::OneFault plan(call, fault);
            testing::FaultyOutbox faulty_outbox(outbox, plan);
            testing::FaultyLog faulty_log(log, plan);
            Streamer failing(faulty_outbox, faulty_log, clock, {.chunk = {.records_max = 7}},
                             events.listener());
            try {
                drain(failing);
            } catch (const Error&) {
                drain(failing);  // the process lives on
            } catch (const Crash&) {
                restart_and_drain();
            }
            EXPECT_EQ(server.records, before);
            if (!plan.happened()) break;
        }
    }
}

TEST_F(StreamerTest, GoesOnInTheMiddleOfABatchWhenTheLogLostItsTail) {
    stage({"a", "b", "c", "d"});
    restart_and_drain();
    const auto before = server.records;

    server.lose_tail(2);
    restart_and_drain();

    EXPECT_EQ(server.records, before);
    EXPECT_EQ(events.each(&streamer_event::Located::resend).back(), 2U);
}

TEST_F(StreamerTest, NoticesWhileRunningThatTheLogLostRecords) {
    auto running = streamer();
    stage({"a", "b"});
    while (running.run_once() > 0) {
    }
    const auto before = server.records;

    server.lose_everything();
    stage({"c"});
    for (int i = 0; i < 4; ++i) running.run_once();

    EXPECT_THAT(logged(), ElementsAre("a", "b", "c"));
    EXPECT_EQ(server.records[0], before[0]);
    EXPECT_EQ(events.count<streamer_event::Refused>(), 1);
}

TEST_F(StreamerTest, NoticesWhileIdleThatTheLogLostRecords) {
    auto running = streamer();
    stage({"a"});
    while (running.run_once() > 0) {
    }

    server.lose_everything();
    clock.advance(Streamer::Options{}.head_check_every);
    for (int i = 0; i < 3; ++i) running.run_once();

    EXPECT_THAT(logged(), ElementsAre("a"));
}

// Rule 4 by brute force: whatever call fails, and however, the log ends up the same.
TEST_F(StreamerTest, LosesAndRepeatsNothingWhereverItFails) {
    for (const Fault fault : {Fault::refused, Fault::reply_lost, Fault::crash_before, Fault::crash_after}) {
        for (std::size_t call = 0;; ++call) {
            SCOPED_TRACE("fault " + std::to_string(static_cast<int>(fault)) + " at call " +
                         std::to_string(call));
            database = {};
            server = {};
            stage({"a", "b", "c"});
            testing::OneFault plan(call, fault);
            testing::FaultyOutbox faulty_outbox(outbox, plan);
            testing::FaultyLog faulty_log(log, plan);
            Streamer failing(faulty_outbox, faulty_log, clock, {.chunk = {.records_max = 2}},
                             events.listener());
            try {
                while (failing.run_once() > 0) {
                }
                stage({"d"});
                while (failing.run_once() > 0) {
                }
            } catch (const Error&) {
            } catch (const Crash&) {
            }
            if (!plan.happened()) break;

            stage({"e"});
            restart_and_drain();

            // "d" was staged only if the fault came after that.
            EXPECT_THAT(logged(),
                        AnyOf(ElementsAre("a", "b", "c", "e"), ElementsAre("a", "b", "c", "d", "e")));
            EXPECT_EQ(server.records.back().id.offset.value, server.records.size());
        }
    }
}

TEST_F(StreamerTest, LetsTwoStreamersShareTheWorkWithoutRepeatOrGap) {
    testing::MemoryLog other_log{server};
    Streamer one = streamer();
    Streamer two(outbox, other_log, clock, {}, events.listener());
    std::vector<std::string> staged;
    for (int i = 0; i < 20; ++i) {
        staged.push_back(std::to_string(i));
        stage({staged.back()});
        (i % 3 == 0 ? one : two).run_once();
    }
    for (int i = 0; i < 5; ++i) one.run_once();
    EXPECT_EQ(logged(), staged);
}

/// A log that contradicts the outbox stops the streamer before it writes.
struct Contradiction {
    const char* what;
    RecordId head;
    const char* message;
};

class StreamerMeetsContradiction : public StreamerTest,
                                   public ::testing::WithParamInterface<Contradiction> {};

TEST_P(StreamerMeetsContradiction, AndStops) {
    stage({"a", "b"});
    restart_and_drain();
    server.append_foreign({GetParam().head, "create", "ride", "foreign"});
    const auto before = server.records;

    stage({"c"});
    try {
        restart_and_drain();
        FAIL() << "the streamer went on";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
        EXPECT_THAT(error.what(), HasSubstr(GetParam().message));
        EXPECT_THAT(error.what(), HasSubstr(GetParam().head.to_string()));
    }
    EXPECT_EQ(server.records, before);
}

INSTANTIATE_TEST_SUITE_P(
    Head, StreamerMeetsContradiction,
    ::testing::Values(
        Contradiction{"BeyondWhatIsSealed", {1'700'000'000'000, Offset{9}}, "has sealed no more than"},
        Contradiction{"SameOffsetOtherTime", {1'700'000'000'001, Offset{2}}, "sealed offset 2 as"},
        Contradiction{"WrittenByXaddStar", {1'700'000'000'002, Offset{0}}, "offsets begin at 1"}),
    [](const auto& test) { return std::string(test.param.what); });

TEST_F(StreamerTest, SendsNothingWhileTheLogsServerHasLittleMemoryLeft) {
    stage({"a"});
    auto running = streamer();
    EXPECT_EQ(running.run_once(), 1U);
    server.memory_bytes_max = server.bytes();
    clock.advance(Streamer::Options{}.memory_check_every);

    stage({"b"});
    EXPECT_EQ(running.run_once(), 0U);
    EXPECT_EQ(running.run_once(), 0U);
    EXPECT_EQ(events.count<streamer_event::HeldBack>(), 1);
    EXPECT_THAT(logged(), ElementsAre("a"));

    server.trim(server.head);  // consumers have made room
    server.memory_bytes_max *= 4;
    clock.advance(Streamer::Options{}.memory_check_every);
    EXPECT_EQ(running.run_once(), 1U);
    EXPECT_EQ(events.count<streamer_event::Resumed>(), 1);
}

// The outbox, and with it the log, belongs to one service.

TEST_F(StreamerTest, ClaimsTheLogWithWhatIsSealed) {
    database.identity = {"1", "database rides"};
    server.lose_everything();
    stage({"a"});
    restart_and_drain();
    EXPECT_EQ(server.fed_by, database.identity);
    EXPECT_EQ(server.sealed, RecordId{}) << "when it found its place";
    server.lose_everything();
    restart_and_drain();
    EXPECT_EQ(server.sealed, server.head);
}

TEST_F(StreamerTest, ClaimsALogAgainThatLostEverythingUnderIt) {
    database.identity = {"1", "database rides"};
    Streamer working = streamer();
    stage({"a"});
    drain(working);
    server.lose_everything();
    stage({"b"});
    drain(working);
    drain(working);
    EXPECT_EQ(server.fed_by, database.identity);
    EXPECT_THAT(logged(), ElementsAre("a", "b"));
}

TEST_F(StreamerTest, SendsNothingToALogThatAnotherOutboxFeeds) {
    database.identity = {"1", "database rides"};
    server.fed_by = {"2", "database staging"};
    stage({"a"});
    Streamer refused = streamer();
    try {
        refused.run_once();
        ADD_FAILURE() << "it was let in";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
    }
    EXPECT_THAT(logged(), IsEmpty());
    EXPECT_EQ(database.batches.size(), 1U) << "nothing was sealed either";
}

TEST_F(StreamerTest, StopsIfTheRecordsOfASealedBatchAreGone) {
    stage({"a", "b"});
    restart_and_drain();
    server.lose_everything();
    database.batches[1].batch.last = Offset{3};  // as if one of three records had been deleted by hand
    EXPECT_THROW(restart_and_drain(), Error);
}

TEST_F(StreamerTest, RunRetriesUntilTheServersAreBack) {
    struct Down : testing::FaultPlan {
        Fault next(std::string_view) override { return calls++ < 10 ? Fault::refused : Fault::none; }
        int calls = 0;
    } plan;
    std::stop_source stop;
    int retries = 0;
    const OnStreamerEvent stop_when_done = [&](const StreamerEvent& event) {
        if (std::holds_alternative<streamer_event::Retrying>(event)) ++retries;
        if (std::holds_alternative<streamer_event::BatchAppended>(event)) stop.request_stop();
    };
    stage({"a"});
    testing::FaultyLog faulty_log(log, plan);

    Streamer(outbox, faulty_log, clock, {}, stop_when_done).run(stop.get_token());

    EXPECT_THAT(logged(), ElementsAre("a"));
    EXPECT_EQ(retries, 10);
}

// Handing an append over is not success: to begin with the shortest pause again would hammer a log that is
// full, twenty times a second for as long as that lasts.
TEST_F(StreamerTest, PausesLongerAndLongerWhileTheLogRefusesEveryAppend) {
    struct FullLog : testing::MemoryLog {
        using MemoryLog::MemoryLog;
        void append_begin(RecordId, std::span<const Record>) override {}
        RecordId append_end() override { throw Error(Retry::call, "full"); }
    };
    std::stop_source stop;
    std::vector<Clock::Duration> pauses;
    const OnStreamerEvent stop_at_the_sixth = [&](const StreamerEvent& event) {
        if (const auto* retrying = std::get_if<streamer_event::Retrying>(&event))
            pauses.push_back(retrying->pause);
        if (pauses.size() == 6) stop.request_stop();
    };
    FullLog full(server);
    stage({"a"});
    Streamer(outbox, full, clock, {}, stop_at_the_sixth).run(stop.get_token());
    // Each pause is drawn from the upper half of 50, 100, 200 … ms.
    EXPECT_GE(pauses.back(), Clock::Duration(800));
}

TEST_F(StreamerTest, PausesFromOneToTwentyMillisecondsWhileIdle) {
    struct RecordingClock : testing::VirtualClock {
        void wait(Pause pause, const std::stop_token& stop) override {
            pauses.push_back(std::chrono::duration<double, std::milli>(pause).count());
            if (pauses.size() == 7) source.request_stop();
            VirtualClock::wait(pause, stop);
        }
        std::vector<double> pauses;  // in milliseconds
        std::stop_source source;
    } recording;
    Streamer(outbox, log, recording, {}, events.listener()).run(recording.source.get_token());
    EXPECT_THAT(recording.pauses, ElementsAre(1, 2, 4, 8, 16, 20, 20));
}

// The next poll would mostly find nothing, and a seal of one record costs as much as a seal of a few.
TEST_F(StreamerTest, PausesForHalfAMillisecondAfterAFewRecordsInBusyTimes) {
    struct BusyService : testing::VirtualClock {
        void wait(Pause pause, const std::stop_token& stop) override {
            pauses.push_back(std::chrono::duration<double, std::milli>(pause).count());
            if (pauses.size() == 8) source.request_stop();
            if (pauses.size() < 4) stage(1);
            if (pauses.size() == 4) stage(100);
            VirtualClock::wait(pause, stop);
        }
        std::function<void(int)> stage;
        std::vector<double> pauses;  // in milliseconds
        std::stop_source source;
    } busy;
    busy.stage = [this](int records) {
        stage(std::vector<std::string>(static_cast<std::size_t>(records), "{}"));
    };
    Streamer(outbox, log, busy, {}, events.listener()).run(busy.source.get_token());
    EXPECT_THAT(busy.pauses, ElementsAre(1, 0.5, 0.5, 0.5, 1, 2, 4, 8)) << "100 records are not few";
}

}  // namespace contrail
