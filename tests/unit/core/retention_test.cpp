#include "contrail/retention.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "contrail/streamer.hpp"
#include "testing/event_recorder.hpp"
#include "testing/faults.hpp"
#include "testing/memory_log.hpp"
#include "testing/memory_outbox.hpp"
#include "testing/virtual_clock.hpp"

namespace contrail {

using ::testing::AnyOf;
using testing::Crash;
using ::testing::ElementsAre;
using testing::Fault;
using ::testing::IsEmpty;
using testing::MemoryTransaction;
using ::testing::SizeIs;

/// A log filled by a streamer, consumers that report positions, and retention.
class RetentionTest : public ::testing::Test {
protected:
    /// Stages records, a batch of their own, and sends them.
    void publish(int records) {
        {
            MemoryTransaction transaction(database);
            for (int i = 0; i < records; ++i) transaction.stage("create", "ride", "0123456789");
            transaction.commit();
        }
        database.now_ms += 1'000;
        clock.advance(Clock::Duration(1'000));
        send();
    }

    void send() {
        Streamer streamer(outbox, log, clock, {});
        while (streamer.run_once() > 0) {
        }
    }

    void at(const std::string& consumer, std::uint64_t offset) {
        log.report_position(ConsumerName(consumer), id_of(offset));
    }

    RecordId id_of(std::uint64_t offset) { return {outbox.find(Offset{offset})->sealed_ms, Offset{offset}}; }

    Retention retention(Retention::Options options = {}) {
        return {outbox, log, clock, options, events.listener()};
    }

    /// Segments are emptied after they were turned away from: that takes a pass of its own.
    void retain(Retention::Options options = {}) {
        Retention retaining = retention(options);
        for (int passes = 0; passes < 3; ++passes) retaining.run_once();
    }

    [[nodiscard]] std::vector<std::uint64_t> logged() const {
        std::vector<std::uint64_t> offsets;
        for (const auto& record : server.records) offsets.push_back(record.id.offset.value);
        return offsets;
    }

    /// "CONSUMER FIRST-LAST" for each consumer that was cut off.
    [[nodiscard]] std::vector<std::string> cut_offs() const {
        std::vector<std::string> texts;
        for (const auto& [consumer, missed] : events.all<retention_event::ConsumerCutOff>())
            texts.push_back(consumer.str() + ' ' + std::to_string(missed.first_missed.value) + '-' +
                            std::to_string(missed.last_missed.value));
        return texts;
    }

    /// "CONSUMER LIMIT" for each warning.
    [[nodiscard]] std::vector<std::string> warnings() const {
        std::vector<std::string> texts;
        for (const auto& warning : events.all<retention_event::NearLimit>())
            texts.push_back(warning.consumer.str() + ' ' + std::string(warning.limit));
        return texts;
    }

    void set_own_clock(std::uint64_t unix_ms) {
        clock.advance(Clock::Duration(static_cast<std::int64_t>(unix_ms - clock.unix_ms())));
    }

    RetentionTest() { database.now_ms = clock.unix_ms(); }

    [[nodiscard]] std::uint64_t released_through() { return outbox.base().last.value; }

    testing::MemoryDatabase database;
    testing::MemoryLogServer server;
    testing::MemoryOutbox outbox{database};
    testing::MemoryLog log{server};
    testing::VirtualClock clock;
    testing::EventRecorder<RetentionEvent> events;
};

TEST_F(RetentionTest, DropsNothingFromAnEmptyLog) {
    retain();
    EXPECT_THAT(logged(), IsEmpty());
    EXPECT_EQ(released_through(), 0U);
}

TEST_F(RetentionTest, DropsWhatTheSlowestConsumerIsPast) {
    for (int batch = 0; batch < 3; ++batch) publish(2);
    at("fast", 6);
    at("slow", 3);
    retain();
    EXPECT_THAT(logged(), ElementsAre(4, 5, 6));
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
    EXPECT_THAT(logged(), ElementsAre(3));
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
    EXPECT_THAT(logged(), ElementsAre(3, 4, 5));
    EXPECT_THAT(outbox.registry().consumers(), SizeIs(1));
    EXPECT_EQ(events.count<retention_event::TooManyNames>(), 1U);

    server.positions.erase(ConsumerName("forged"));
    server.stray_reports = {};
    retain();
    EXPECT_THAT(logged(), ElementsAre(4, 5));
}

TEST_F(RetentionTest, KeepsWithinItsLimitsAmongTooManyNames) {
    publish(10);
    at("one", 2);
    retain();
    server.stray_reports.names = consumers_max + 1;
    retain({.limits = {.records_max = 4}});
    EXPECT_THAT(logged(), ElementsAre(7, 8, 9, 10));
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
    EXPECT_EQ(logged().front(), 2U);
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

    EXPECT_THAT(logged(), ElementsAre(3, 4));
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
    EXPECT_THAT(logged(), SizeIs(10));
    EXPECT_EQ(events.count<retention_event::NoConsumers>(), 1U);

    const auto bytes_of_4 = server.bytes() * 4 / 10;
    retain({.unregistered_bytes_max = bytes_of_4});
    EXPECT_THAT(logged(), ElementsAre(7, 8, 9, 10));
}

// What an operator allows: records, bytes, age. Each cuts off the consumers behind it, and no other.
TEST_F(RetentionTest, CutsOffConsumersBehindALimitOfRecordsAndSaysWhatTheyMissed) {
    publish(10);
    at("behind", 2);
    at("ahead", 8);

    retain({.limits = {.records_max = 4}});

    EXPECT_THAT(logged(), ElementsAre(9, 10)) << "one is cut off, the other is past 8";
    EXPECT_THAT(cut_offs(), ElementsAre("behind 3-8"));
    const CutOff word = server.cut_offs.at(ConsumerName("behind"));
    EXPECT_EQ(word.first_missed, Offset{3});
    EXPECT_EQ(word.last_missed, Offset{8});
    EXPECT_EQ(outbox.registry().consumers().back().cut_off, word);
}

TEST_F(RetentionTest, LimitsTheMemoryOfTheLog) {
    publish(10);
    at("behind", 2);
    retain({.limits = {.bytes_max = server.bytes() / 2}});
    EXPECT_THAT(logged(), ElementsAre(6, 7, 8, 9, 10));
    EXPECT_THAT(cut_offs(), ElementsAre("behind 3-5"));
}

TEST_F(RetentionTest, LimitsTheAgeOfRecordsByTheClockThatGaveThemTheirTimes) {
    publish(2);
    publish(2);
    publish(2);
    at("behind", 1);
    const Retention::Options options{.limits = {.age_max = std::chrono::milliseconds(1'500)}};
    for (const int ahead_ms : {900, -900}) {
        database.now_ms = server.head.sealed_ms + 500;
        set_own_clock(database.now_ms + ahead_ms);
        retain({.limits = {.age_max = std::chrono::milliseconds(2'600)}});
        EXPECT_THAT(logged(), ElementsAre(2, 3, 4, 5, 6)) << ahead_ms;
    }
    retain(options);
    EXPECT_THAT(logged(), ElementsAre(3, 4, 5, 6));
    EXPECT_THAT(cut_offs(), ElementsAre("behind 2-2"));
}

TEST_F(RetentionTest, KeepsAFloorThatEveryConsumerIsPast) {
    for (int batch = 0; batch < 3; ++batch) publish(2);
    at("done", 6);
    retain({.floor = {.records_min = 4}});
    EXPECT_THAT(logged(), ElementsAre(3, 4, 5, 6));
    EXPECT_LE(released_through(), 2U) << "the outbox can fill the log again with all that the floor keeps";
    retain({.floor = {.bytes_min = server.bytes() / 2}});
    EXPECT_THAT(logged(), ElementsAre(5, 6));
}

TEST_F(RetentionTest, KeepsAFloorOfAge) {
    for (int batch = 0; batch < 3; ++batch) publish(2);
    at("done", 6);
    const Retention::Options options{.floor = {.age_min = std::chrono::milliseconds(1'500)}};
    database.now_ms = server.head.sealed_ms + 500;
    set_own_clock(database.now_ms + std::uint64_t{3'000});
    retain(options);
    EXPECT_THAT(logged(), SizeIs(6)) << "nothing tells how old records are";
    EXPECT_EQ(events.count<retention_event::ClocksDisagree>(), 1U);
    set_own_clock(database.now_ms);
    retain(options);
    EXPECT_THAT(logged(), ElementsAre(3, 4, 5, 6));
    EXPECT_EQ(events.count<retention_event::FloorOverruled>(), 0U);
}

TEST_F(RetentionTest, KeepsWhatAnyFloorAsksFor) {
    for (int batch = 0; batch < 3; ++batch) publish(2);
    at("done", 6);
    database.now_ms = server.head.sealed_ms + 500;
    set_own_clock(database.now_ms);
    retain({.floor = {.records_min = 1, .age_min = std::chrono::milliseconds(1'500)}});
    EXPECT_THAT(logged(), ElementsAre(3, 4, 5, 6));
}

TEST_F(RetentionTest, KeepsWhatAConsumerNeedsBelowTheFloor) {
    publish(6);
    at("behind", 1);
    retain({.floor = {.records_min = 2}});
    EXPECT_THAT(logged(), ElementsAre(2, 3, 4, 5, 6));
}

TEST_F(RetentionTest, PutsLimitsAboveTheFloorAndSaysSo) {
    publish(6);
    at("done", 6);
    retain({.limits = {.records_max = 2}, .floor = {.records_min = 4}});
    EXPECT_THAT(logged(), ElementsAre(5, 6));
    ASSERT_EQ(events.count<retention_event::FloorOverruled>(), 1U) << "told once";
    const auto overruled = events.all<retention_event::FloorOverruled>().front();
    EXPECT_EQ(overruled.floor_from.offset, Offset{3});
    EXPECT_EQ(overruled.allowed_from.offset, Offset{5});
}

TEST_F(RetentionTest, SaysThatTheFloorIsOverruledAsLongAsTheLogLacksWhatItAsksFor) {
    publish(6);
    at("done", 6);
    const auto overruled = [&] { return events.all<retention_event::Planned>().back().floor_overruled; };
    Retention limited = retention({.limits = {.bytes_max = server.bytes() / 2}, .floor = {.records_min = 4}});
    limited.run_once();
    EXPECT_TRUE(overruled());
    limited.run_once();
    EXPECT_TRUE(overruled()) << "the log, which the limit has cut, shows no contradiction";
    EXPECT_EQ(events.count<retention_event::FloorOverruled>(), 1U);
}

TEST_F(RetentionTest, TellsWhatIsNeededKeptAndAllowed) {
    publish(6);
    at("done", 5);
    retention({.floor = {.records_min = 4}}).run_once();
    const auto planned = events.all<retention_event::Planned>().back();
    EXPECT_EQ(planned, (retention_event::Planned{.needed_from = Offset{6}, .floor_from = Offset{3}}));
}

TEST_F(RetentionTest, PutsTheLimitOfALogWithoutConsumersAboveTheFloor) {
    publish(10);
    retain({.floor = {.records_min = 8}, .unregistered_bytes_max = server.bytes() / 2});
    EXPECT_THAT(logged(), ElementsAre(6, 7, 8, 9, 10));
    EXPECT_EQ(events.count<retention_event::FloorOverruled>(), 1U);
}

TEST_F(RetentionTest, FillsALostLogAgainAsFarBackAsTheFloor) {
    for (int batch = 0; batch < 3; ++batch) publish(2);
    at("done", 6);
    const Retention::Options options{.floor = {.records_min = 4}};
    retain(options);
    server.lose_everything();
    send();
    EXPECT_THAT(logged(), ::testing::IsSupersetOf({3, 4, 5, 6}));
}

/// A log that loses everything as soon as it was measured.
class LosesAllOnceMeasured : public testing::MemoryLog {
public:
    explicit LosesAllOnceMeasured(testing::MemoryLogServer& server) : MemoryLog(server), server_(server) {}

    LogUsage usage() override {
        const LogUsage usage = MemoryLog::usage();
        server_.lose_everything();
        return usage;
    }

private:
    testing::MemoryLogServer& server_;
};

// Found by simulation: an empty log looked like one whose records are all too old.
TEST_F(RetentionTest, CutsOffNoConsumerForTheAgeOfRecordsThatTheLogHasJustLost) {
    publish(2);
    at("behind", 1);
    LosesAllOnceMeasured losing(server);
    Retention(outbox, losing, clock, {.limits = {.age_max = std::chrono::milliseconds(5'000)}},
              events.listener())
        .run_once();
    EXPECT_THAT(cut_offs(), IsEmpty());
}

TEST_F(RetentionTest, DropsNothingForItsAgeWhileTwoClocksDisagree) {
    publish(2);
    publish(2);
    at("behind", 1);
    const Retention::Options options{.limits = {.age_max = std::chrono::milliseconds(500)}};
    Retention retaining = retention(options);
    for (const int ahead_ms : {3'000, -3'000}) {
        database.now_ms = server.head.sealed_ms + 100;
        set_own_clock(database.now_ms + ahead_ms);
        retaining.run_once();
        retaining.run_once();
        EXPECT_THAT(logged(), ElementsAre(2, 3, 4));
    }
    ASSERT_EQ(events.count<retention_event::ClocksDisagree>(), 1U) << "told once, as long as it lasts";
    EXPECT_EQ(events.all<retention_event::ClocksDisagree>().front().ahead, std::chrono::milliseconds(-3'000));

    set_own_clock(database.now_ms);
    retaining.run_once();
    EXPECT_THAT(logged(), ElementsAre(3, 4));
    set_own_clock(database.now_ms + 3'000);
    retaining.run_once();
    EXPECT_EQ(events.count<retention_event::ClocksDisagree>(), 2U);
}

TEST_F(RetentionTest, TakesBackItsWordWhenTheConsumerIsPastWhatItMissed) {
    publish(10);
    at("behind", 2);
    retain({.limits = {.records_max = 4}});
    at("behind", 6);  // it was reset, knowingly
    retain({.limits = {.records_max = 4}});
    EXPECT_THAT(server.cut_offs, IsEmpty());
    EXPECT_EQ(outbox.registry().consumers().front().cut_off, std::nullopt);
    EXPECT_THAT(logged(), ElementsAre(7, 8, 9, 10));
}

// Found by simulation: a consumer that had read on before the drop passed what it was marked to miss, and
// then lacked records that had gone without a mark.
TEST_F(RetentionTest, MarksAConsumerThatIsCutOffWithEverythingThatGoesMeanwhile) {
    publish(10);
    at("behind", 2);
    retain({.limits = {.records_max = 4}});
    publish(5);

    retain({.limits = {.records_max = 4}});

    EXPECT_THAT(logged(), ElementsAre(12, 13, 14, 15));
    EXPECT_EQ(server.cut_offs.at(ConsumerName("behind")).first_missed, Offset{3});
    EXPECT_EQ(server.cut_offs.at(ConsumerName("behind")).last_missed, Offset{11});
    EXPECT_THAT(cut_offs(), SizeIs(1)) << "it is told once";
}

// Found by simulation: of two that cut a consumer off at once, the one with the narrower view narrowed the
// mark, and the other released more than was marked.
TEST_F(RetentionTest, WidensAMarkAndNeverNarrowsIt) {
    publish(10);
    at("behind", 2);
    retention().plan();  // notes where it is
    const ConsumerName behind("behind");
    EXPECT_TRUE(outbox.registry().mark_cut_off(behind, {Offset{3}, Offset{8}, 1}));
    EXPECT_FALSE(outbox.registry().mark_cut_off(behind, {Offset{3}, Offset{5}, 2}));
    EXPECT_EQ(database.consumers.at(behind).cut_off, (CutOff{Offset{3}, Offset{8}, 2}));
}

TEST_F(RetentionTest, ReleasesNothingBeyondAMark) {
    publish(4);
    publish(4);
    at("behind", 2);
    retention().plan();
    outbox.registry().mark_cut_off(ConsumerName("behind"), {Offset{3}, Offset{4}, 1});
    for (int passes = 0; passes < 3; ++passes) outbox.release(Offset{8});
    EXPECT_LE(released_through(), 4U);
}

TEST_F(RetentionTest, DoesNotMarkAConsumerThatIsPastTheMarkMeanwhile) {
    publish(10);
    at("quick", 9);
    retention().plan();
    EXPECT_FALSE(outbox.registry().mark_cut_off(ConsumerName("quick"), {Offset{3}, Offset{9}, 1}));
    EXPECT_EQ(database.consumers.at(ConsumerName("quick")).cut_off, std::nullopt);
}

TEST_F(RetentionTest, LeavesWordAgainInALogThatWasWiped) {
    publish(10);
    at("behind", 2);
    retain({.limits = {.records_max = 4}});
    server.cut_offs.clear();
    retention().run_once();
    EXPECT_TRUE(server.cut_offs.contains(ConsumerName("behind")));
}

TEST_F(RetentionTest, WarnsOnceAtFourFifthsOfALimit) {
    publish(10);
    at("slow", 3);
    Retention retaining = retention({.limits = {.records_max = 10}});
    retaining.run_once();
    EXPECT_THAT(warnings(), IsEmpty()) << "7 of 10";

    publish(1);
    retaining.run_once();
    retaining.run_once();
    EXPECT_THAT(warnings(), ElementsAre("slow --log-max-records")) << "8 of 10";

    at("slow", 9);
    retaining.run_once();
    publish(6);
    retaining.run_once();
    EXPECT_THAT(warnings(), SizeIs(2)) << "it had got away from it";
}

TEST_F(RetentionTest, PlansWithoutDroppingAnything) {
    publish(10);
    at("behind", 2);
    const auto plan = retention({.limits = {.records_max = 4}}).plan();
    EXPECT_EQ(plan.keep_from, id_of(7));
    ASSERT_THAT(plan.cut_off, SizeIs(1));
    EXPECT_EQ(plan.cut_off.front().cut_off->first_missed, Offset{3});
    EXPECT_THAT(logged(), SizeIs(10));
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
            EXPECT_LE(logged().front(), 9U);
            if (logged().front() > 3) {
                EXPECT_TRUE(database.consumers.at(ConsumerName("behind")).cut_off) << "marked first";
            }
            if (!plan.happened()) break;

            retain({.limits = {.records_max = 4}});
            EXPECT_THAT(logged(), ElementsAre(9, 10));
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
