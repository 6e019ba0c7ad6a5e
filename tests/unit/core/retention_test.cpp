#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "testing/faults.hpp"
#include "unit/core/retention_fixture.hpp"

namespace contrail {

using testing::Crash;
using ::testing::ElementsAre;
using testing::Fault;
using ::testing::IsEmpty;
using testing::MemoryTransaction;
using ::testing::SizeIs;

TEST_F(RetentionTest, DropsNothingFromAnEmptyLog) {
    retain();
    EXPECT_THAT(offsets(), IsEmpty());
    EXPECT_EQ(released_through(), 0U);
}

TEST_F(RetentionTest, DropsWhatTheSlowestConsumerIsPast) {
    for (int batch = 0; batch < 3; ++batch) publish(2);
    at("fast", 6);
    at("slow", 3);
    retain();
    EXPECT_THAT(offsets(), ElementsAre(4, 5, 6));
}

TEST_F(RetentionTest, ReleasesWholeBatchesOfTheOutbox) {
    publish(2);
    at("one", 2);
    retain();  // turns to the next segment
    EXPECT_EQ(released_through(), 2U);
    publish(2);
    publish(2);
    at("one", 5);
    retain();
    EXPECT_EQ(released_through(), 2U) << "the segment holds record 6, which is needed";
    at("one", 6);
    retain();
    EXPECT_EQ(released_through(), 6U);
    EXPECT_THAT(database.window({}, database.snapshot()), IsEmpty());
}

TEST_F(RetentionTest, TellsOfAConsumerThatAnOlderLogBringsBackAfterItWasForgotten) {
    publish(4);
    at("one", 4);
    at("gone", 1);
    const auto older = server;
    Retention retaining = retention();
    retaining.run_once();
    EXPECT_EQ(events.count<retention_event::ConsumerRegistered>(), 0U) << "known before this retention began";
    outbox.registry().forget(ConsumerName("gone"));
    log.forget(ConsumerName("gone"));
    retaining.run_once();

    server = older;
    retaining.run_once();
    retaining.run_once();
    ASSERT_EQ(events.count<retention_event::ConsumerRegistered>(), 1U);
    EXPECT_EQ(events.all<retention_event::ConsumerRegistered>().front().consumer, ConsumerName("gone"));
    EXPECT_EQ(events.all<retention_event::ConsumerRegistered>().front().position.offset, Offset{1});
}

TEST_F(RetentionTest, TellsOnceOfWhatIsNoReportAndGoesOnWithoutIt) {
    publish(3);
    at("one", 2);
    server.stray_reports = {{"two: here"}, 2};
    retain();
    EXPECT_THAT(offsets(), ElementsAre(3));
    ASSERT_EQ(events.count<retention_event::StrayReport>(), 1U);
    EXPECT_EQ(events.all<retention_event::StrayReport>().front().entry, "two: here");
}

TEST_F(RetentionTest, NotesNoneOfTooManyNamesAndKeepsWhatWasNeededBefore) {
    publish(4);
    at("one", 2);
    retain();
    at("forged", 4);
    at("one", 3);
    server.stray_reports.names = consumers_max + 1;
    publish(1);
    retain();
    EXPECT_THAT(offsets(), ElementsAre(3, 4, 5));
    EXPECT_THAT(outbox.registry().consumers(), SizeIs(1));
    EXPECT_EQ(events.count<retention_event::TooManyNames>(), 1U);

    server.positions.erase(ConsumerName("forged"));
    server.stray_reports = {};
    retain();
    EXPECT_THAT(offsets(), ElementsAre(4, 5));
}

TEST_F(RetentionTest, KeepsWithinItsLimitsAmongTooManyNames) {
    publish(10);
    at("one", 2);
    retain();
    server.stray_reports.names = consumers_max + 1;
    retain({.limits = {.records_max = 4}});
    EXPECT_THAT(offsets(), ElementsAre(7, 8, 9, 10));
}

/// A consumer that belongs to a database, as a log and the registry know it.
class RetentionOfOwners : public RetentionTest {
protected:
    RetentionOfOwners() {
        publish(3);
        report(a, 2);
        retain();
    }

    void report(const ConsumerOwner& owner, std::uint64_t offset) {
        testing::MemoryLog reader(server);
        reader.consume_for(owner);
        reader.report_position(mailer, id_of(offset));
    }

    void wipe_log() {
        server.lose_everything();
        send();
    }

    [[nodiscard]] RegisteredConsumer registered() { return outbox.registry().consumers().front(); }

    const ConsumerName mailer{"mailer"};
    const ConsumerOwner a{"1", "database a"};
    const ConsumerOwner b{"2", "database b"};
};

TEST_F(RetentionOfOwners, NotesThemDurably) {
    EXPECT_EQ(registered().owner, a);
}

TEST_F(RetentionOfOwners, NotesThemBesideALogThatLostThem) {
    wipe_log();
    retain();
    EXPECT_EQ(server.owners.at(mailer).owner, a);
    EXPECT_THROW(report(b, 3), Error);
    EXPECT_EQ(events.count<retention_event::OwnerRestored>(), 0U);
}

TEST_F(RetentionOfOwners, IgnoresAnotherDatabaseThatWasFasterAfterALoss) {
    wipe_log();
    report(b, 3);
    retain();
    EXPECT_EQ(registered().owner, a);
    EXPECT_EQ(registered().position.offset, Offset{2}) << "b is further, but the name is a's";
    EXPECT_EQ(server.owners.at(mailer).owner, a);
    EXPECT_EQ(server.positions.at(mailer).offset, Offset{2});
    ASSERT_EQ(events.count<retention_event::OwnerRestored>(), 1U);
    EXPECT_EQ(events.all<retention_event::OwnerRestored>().front().other, b);
    EXPECT_THROW(report(b, 3), Error);
}

TEST_F(RetentionOfOwners, TakesAnotherDatabaseToWhichAnOperatorMovedTheConsumer) {
    ASSERT_TRUE(log.assign_owner(mailer, {.owner = b, .moved_from = a.id}, {}, a.id));
    report(b, 1);
    retain();
    EXPECT_EQ(registered().owner, b);
    EXPECT_EQ(registered().position.offset, Offset{1});
    EXPECT_EQ(server.owners.at(mailer), NotedOwner{.owner = b}) << "the move is done";
    EXPECT_THROW(report(a, 3), Error);
    EXPECT_EQ(events.count<retention_event::OwnerRestored>(), 0U);
}

TEST_F(RetentionTest, KeepsForAConsumerThatStoppedHoweverLong) {
    publish(2);
    at("stopped", 1);
    for (int batch = 0; batch < 20; ++batch) {
        publish(5);
        at("running", server.head.offset.value);
        retain();
    }
    EXPECT_EQ(offsets().front(), 2U);
    EXPECT_EQ(released_through(), 0U);
}

TEST_F(RetentionTest, RemembersConsumersThatAWipedLogHasForgotten) {
    publish(4);
    at("one", 4);
    at("two", 2);
    retention().run_once();

    server.lose_everything();
    send();
    at("one", 4);  // the other one is away and cannot report
    retain();

    EXPECT_THAT(offsets(), ElementsAre(3, 4));
}

/// Before the log is trimmed, a consumer registers.
class RegistersBeforeTheTrim : public testing::MemoryLog {
public:
    using MemoryLog::MemoryLog;
    RecordId begins_after;
    void trim(RecordId keep_from) override {
        register_consumer(ConsumerName("late"), begins_after);
        MemoryLog::trim(keep_from);
    }
};

// Found by simulation: the log kept what the consumer needed, the outbox released it, and then the log was lost.
TEST_F(RetentionTest, KeepsInTheOutboxWhatTheTrimKeptForAConsumerThatHasJustRegistered) {
    for (int batch = 0; batch < 5; ++batch) publish(2);
    at("ahead", 10);
    RegistersBeforeTheTrim racing(server);
    racing.begins_after = id_of(4);
    Retention(outbox, racing, clock, {}, events.listener()).run_once();
    EXPECT_THAT(offsets(), ElementsAre(5, 6, 7, 8, 9, 10));
    EXPECT_EQ(released_through(), 0U) << "one segment holds all";
}

TEST_F(RetentionTest, KeepsWhatAConsumerNeedsThatWasSetBack) {
    publish(4);
    at("one", 3);
    retention().run_once();
    at("one", 1);
    publish(1);
    retain();
    EXPECT_EQ(outbox.registry().consumers().front().position, id_of(1));
}

TEST_F(RetentionTest, NotesNoPositionFromAnOlderCopyOfTheLogThatCannotBeServed) {
    publish(4);
    at("one", 4);
    const RecordId old{server.head.sealed_ms, Offset{1}};
    retain();
    ASSERT_EQ(released_through(), 4U);

    log.report_position(ConsumerName("one"), old);
    retention().run_once();

    EXPECT_EQ(outbox.registry().consumers().front().position.offset, Offset{4});
}

TEST_F(RetentionTest, LeavesASegmentInWhichATransactionHasStagedAndIsOpen) {
    MemoryTransaction open(database);
    open.stage("create", "ride", "late");
    publish(3);
    at("one", 3);
    retain();
    EXPECT_EQ(released_through(), 3U) << "the batches go all the same";
    EXPECT_EQ(events.count<retention_event::Obstructed>(), 1U);

    open.commit();
    send();
    at("one", 4);
    retain();
    EXPECT_EQ(released_through(), 4U);
}

TEST_F(RetentionTest, KeepsUpToALimitWhileNoConsumerIsRegistered) {
    publish(10);
    retain();
    EXPECT_THAT(offsets(), SizeIs(10));
    EXPECT_EQ(events.count<retention_event::NoConsumers>(), 1U);

    const auto bytes_of_4 = server.bytes() * 4 / 10;
    retain({.unregistered_bytes_max = bytes_of_4});
    EXPECT_THAT(offsets(), ElementsAre(7, 8, 9, 10));
}

TEST_F(RetentionTest, PlansWithoutDroppingAnything) {
    publish(10);
    at("behind", 2);
    const auto plan = retention({.limits = {.records_max = 4}}).plan();
    EXPECT_EQ(plan.keep_from, id_of(7));
    ASSERT_THAT(plan.cut_off, SizeIs(1));
    EXPECT_EQ(plan.cut_off.front().cut_off->first_missed, Offset{3});
    EXPECT_THAT(offsets(), SizeIs(10));
    EXPECT_THAT(server.cut_offs, IsEmpty());
}

// Rule 7 by brute force: wherever it fails, nothing goes that is needed, and the next pass finishes.
TEST_F(RetentionTest, DropsNothingNeededWhereverItFails) {
    for (const Fault fault : {Fault::refused, Fault::reply_lost, Fault::crash_before, Fault::crash_after}) {
        for (std::size_t call = 0;; ++call) {
            SCOPED_TRACE("fault " + std::to_string(static_cast<int>(fault)) + " at call " +
                         std::to_string(call));
            database = {};
            server = {};
            publish(10);
            at("behind", 2);
            at("ahead", 8);
            testing::OneFault plan(call, fault);
            testing::FaultyOutbox faulty_outbox(outbox, plan);
            testing::FaultyLog faulty_log(log, plan);
            Retention failing(faulty_outbox, faulty_log, clock, {.limits = {.records_max = 4}},
                              events.listener());
            try {
                failing.run_once();
            } catch (const Error&) {
            } catch (const Crash&) {
            }
            EXPECT_LE(offsets().front(), 9U);
            if (offsets().front() > 3) {
                EXPECT_TRUE(database.consumers.at(ConsumerName("behind")).cut_off) << "marked first";
            }
            if (!plan.happened()) break;

            retain({.limits = {.records_max = 4}});
            EXPECT_THAT(offsets(), ElementsAre(9, 10));
        }
    }
}

// Each pass asks the outbox some questions, all day.
TEST_F(RetentionTest, LeavesTheOutboxAloneWhileNothingMoves) {
    struct CountingOutbox : testing::MemoryOutbox {
        using MemoryOutbox::MemoryOutbox;
        OutboxIdentity identity() override {
            ++passes;
            return MemoryOutbox::identity();
        }
        int passes = 0;
    } counting(database);
    struct Script : testing::VirtualClock {
        void wait(Pause pause, const std::stop_token& stop) override {
            VirtualClock::wait(pause, stop);
            after_wait(++waits);
        }
        int waits = 0;
        std::function<void(int)> after_wait;
    } seconds;
    std::vector<int> passes_by_then;
    std::stop_source stop;
    publish(3);
    at("mailer", 1);
    seconds.after_wait = [&](int waits) {
        passes_by_then.push_back(counting.passes);
        if (waits == 14) at("mailer", 2);
        if (waits == 16) publish(1);
        if (waits == 18) stop.request_stop();
    };
    Retention(counting, log, seconds, {}).run(stop.get_token());
    // At first what it drops itself moves the log, and so do a report and a record.
    EXPECT_THAT(passes_by_then, ElementsAre(1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 4, 5, 6, 6));
}

TEST_F(RetentionTest, AsksALogThatStandsStillAsOftenAsItIsTold) {
    struct Pauses : testing::VirtualClock {
        void wait(Pause pause, const std::stop_token& stop) override {
            VirtualClock::wait(pause, stop);
            lasted.push_back(std::chrono::duration_cast<Duration>(pause).count());
            if (lasted.size() == 4) ended.request_stop();
        }
        std::vector<Duration::rep> lasted;
        std::stop_source ended;
    } pauses;
    publish(3);
    at("mailer", 1);
    Retention(outbox, log, pauses, {.idle_ask_every = Clock::Duration(5'000)}).run(pauses.ended.get_token());
    // What the first pass drops moves the log.
    EXPECT_THAT(pauses.lasted, ElementsAre(1'000, 1'000, 5'000, 5'000));
}

}  // namespace contrail
