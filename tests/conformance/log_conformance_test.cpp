#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "conformance/log_conformance.hpp"
#include "contrail/error.hpp"

namespace contrail::test {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Pair;

TEST_P(LogConformance, IsEmptyAtFirst) {
    EXPECT_EQ(log.head(), RecordId{});
    EXPECT_EQ(log.usage().records, 0U);
    EXPECT_THAT(read(RecordId{}), IsEmpty());
    EXPECT_THAT(log.reports().positions, IsEmpty());
}

TEST_P(LogConformance, AppendsAfterTheExpectedHead) {
    EXPECT_EQ(append(log, RecordId{}, records(1, 2)), id(2));
    EXPECT_EQ(append(log, id(2), records(3, 3)), id(3));
    EXPECT_EQ(log.head(), id(3));
    EXPECT_EQ(log.usage().records, 3U);
    EXPECT_EQ(read(RecordId{}), records(1, 3));
}

TEST_P(LogConformance, KeepsEveryByteOfARecord) {
    const Record odd{id(1), "up\"date", "rïde", "{\"text\": \"\\\"\r\n\t€ 🚀 \\u0001\"}"};
    append(log, RecordId{}, {odd});
    EXPECT_THAT(read(RecordId{}), ElementsAre(odd));
}

TEST_P(LogConformance, RefusesARepeatAndSaysThatItsRecordsAreThere) {
    append(log, RecordId{}, records(1, 2));
    EXPECT_EQ(append(log, RecordId{}, records(1, 2)), id(2));
    EXPECT_EQ(log.usage().records, 2U);
}

TEST_P(LogConformance, WritesNothingOfAnAppendWhoseHeadIsNotTheExpectedOne) {
    append(log, RecordId{}, records(1, 2));
    EXPECT_EQ(append(log, id(1), records(2, 4)), id(2));
    EXPECT_EQ(append(log, id(3), records(4, 5)), id(2));
    EXPECT_EQ(append(world->other_log(), RecordId{}, records(7, 9)), id(2));
    EXPECT_EQ(read(RecordId{}), records(1, 2));
}

TEST_P(LogConformance, TakesManyAppendsAtOnceInOrder) {
    log.append_begin(RecordId{}, records(1, 2));
    log.append_begin(id(2), records(3, 4));
    log.append_begin(id(9), records(10, 11));
    log.append_begin(id(4), records(5, 5));
    EXPECT_EQ(log.append_end(), id(2));
    EXPECT_EQ(log.append_end(), id(4));
    EXPECT_EQ(log.append_end(), id(4));
    EXPECT_EQ(log.append_end(), id(5));
    EXPECT_EQ(read(RecordId{}), records(1, 5));
}

TEST_P(LogConformance, ForgetsAppendsOnTheirWayWhenAskedForTheHead) {
    log.append_begin(RecordId{}, records(1, 2));
    EXPECT_EQ(log.head(), id(2));
    EXPECT_EQ(append(log, id(2), records(3, 3)), id(3));
}

TEST_P(LogConformance, ReadsAfterAnIdNoMoreThanAsked) {
    append(log, RecordId{}, records(1, 5));
    EXPECT_EQ(read(RecordId{}, 2), records(1, 2));
    EXPECT_EQ(read(id(2), 2), records(3, 4));
    EXPECT_EQ(read(id(4), 2), records(5, 5));
    EXPECT_THAT(read(id(5)), IsEmpty());
}

TEST_P(LogConformance, ForgetsAReadThatWasNotEnded) {
    append(log, RecordId{}, records(1, 3));
    log.read_begin(RecordId{}, {.records_max = 1}, std::chrono::milliseconds(0));
    EXPECT_EQ(read(id(1)), records(2, 3));
    log.read_begin(RecordId{}, {.records_max = 1}, std::chrono::milliseconds(0));
    EXPECT_EQ(log.head(), id(3));
}

TEST_P(LogConformance, RemembersItsHeadWhenRecordsAreTrimmedOrDeleted) {
    append(log, RecordId{}, records(1, 3));
    world->trim(id(3));
    EXPECT_EQ(read(RecordId{}), records(3, 3));
    world->erase(id(3));
    EXPECT_EQ(log.head(), id(3));
    EXPECT_EQ(log.usage().records, 0U);
    EXPECT_EQ(append(log, id(3), records(4, 4)), id(4));
}

TEST_P(LogConformance, IsFilledAgainUnderTheSameIdsAfterItLostEverything) {
    append(log, RecordId{}, records(1, 3));
    world->lose_everything();
    EXPECT_EQ(append(log, id(3), records(4, 4)), RecordId{});
    EXPECT_EQ(append(log, RecordId{}, records(1, 3)), id(3));
    EXPECT_EQ(read(RecordId{}), records(1, 3));
}

TEST_P(LogConformance, KeepsTheLastPositionThatEachConsumerReported) {
    const ConsumerName one("one");
    const ConsumerName two("two");
    log.report_position(one, id(1));
    log.report_position(two, id(2));
    log.report_position(one, id(3));
    EXPECT_THAT(log.reports().positions, ElementsAre(Pair(one, id(3)), Pair(two, id(2))));
}

TEST_P(LogConformance, KeepsWhatFollowsTheEarliestPlaceAtWhichAConsumerWasRegistered) {
    const ConsumerName slow("slow");
    append(log, RecordId{}, records(1, 500));
    log.register_consumer(slow, id(7));
    world->other_log().register_consumer(slow, id(9));
    EXPECT_THAT(log.reports().positions, ElementsAre(Pair(slow, id(7))));
    world->other_log().register_consumer(slow, RecordId{});
    EXPECT_THAT(log.reports().positions, ElementsAre(Pair(slow, RecordId{})));
    log.trim(id(400));
    EXPECT_EQ(log.usage().first, id(1));
}

TEST_P(LogConformance, ReadsNoMoreBytesThanAskedButAtLeastOneRecord) {
    append(log, RecordId{}, records(1, 5));
    const std::size_t two = record(1).bytes() + record(2).bytes();
    EXPECT_EQ(read_bytes(RecordId{}, 1), records(1, 1));
    EXPECT_EQ(read_bytes(id(1), two), records(2, 3));
    EXPECT_EQ(read_bytes(RecordId{}, two + 1), records(1, 3));
    EXPECT_EQ(read_bytes(id(3), two), records(4, 5));
}

TEST_P(LogConformance, KeepsTheKeyAndTheHeadersThatRecordsHave) {
    auto made = records(1, 5);
    made[1].key = "521";
    made[2].key = "";
    made[2].headers = R"({"traceparent": "00-01"})";
    made[3].headers = "{}";
    EXPECT_EQ(append(log, RecordId{}, made), id(5));

    EXPECT_EQ(read(RecordId{}), made);
    for (std::uint64_t offset = 1; offset <= 5; ++offset)
        EXPECT_EQ(read(id(offset - 1), 1), std::vector{made[offset - 1]}) << "in the same buffers";
    EXPECT_EQ(read_bytes(id(2), made[2].bytes()), std::vector{made[2]});
}

TEST_P(LogConformance, TellsWhatItHolds) {
    EXPECT_EQ(log.usage().head, RecordId{});
    EXPECT_EQ(log.usage().first, RecordId{});
    EXPECT_EQ(log.usage().bytes, 0U);

    append(log, RecordId{}, records(1, 3));
    world->trim(id(2));
    const LogUsage usage = log.usage();
    EXPECT_EQ(usage.head, id(3));
    EXPECT_EQ(usage.first, id(2));
    EXPECT_EQ(usage.records, 2U);
    EXPECT_GT(usage.bytes, 0U);
    EXPECT_GE(usage.memory_bytes, usage.bytes);

    world->trim(id(4));
    EXPECT_EQ(log.usage().first, id(3));
    EXPECT_EQ(log.usage().records, 0U);
}

// A log may keep more than it must, so that what goes is not looked at here, only what stays.

TEST_P(LogConformance, DropsNothingFromThePlaceOnThatItIsToKeep) {
    append(log, RecordId{}, records(1, 500));
    log.trim(id(400));
    EXPECT_THAT(log.usage().first, AllOf(Gt(id(1)), Le(id(400))));
    EXPECT_EQ(read(id(399)), records(400, 499));
    EXPECT_EQ(log.head(), id(500));
    log.trim(id(300));
    EXPECT_EQ(read(id(399)), records(400, 499));
}

TEST_P(LogConformance, DropsNothingThatAConsumerNeedsWhichReported) {
    append(log, RecordId{}, records(1, 500));
    world->other_log().report_position(ConsumerName("slow"), id(7));
    world->other_log().report_position(ConsumerName("quick"), id(450));
    world->other_log().head();
    log.trim(id(400));
    EXPECT_EQ(read(id(7)), records(8, 107));
}

TEST_P(LogConformance, DropsWhatOnlyAConsumerNeedsThatWasToldSo) {
    const ConsumerName slow("slow");
    append(log, RecordId{}, records(1, 500));
    log.report_position(slow, id(7));
    log.mark_cut_off(slow, CutOff{.first_missed = {8}, .last_missed = {399}, .at_ms = 1});
    log.trim(id(400));
    EXPECT_THAT(log.usage().first, AllOf(Gt(id(8)), Le(id(400))));
}

TEST_P(LogConformance, DropsNothingThatAConsumerNeedsWhichIsPastWhatItMissed) {
    const ConsumerName slow("slow");
    append(log, RecordId{}, records(1, 500));
    log.mark_cut_off(slow, CutOff{.first_missed = {2}, .last_missed = {7}, .at_ms = 1});
    log.report_position(slow, id(7));
    log.trim(id(400));
    EXPECT_EQ(read(id(7)), records(8, 107));
}

TEST_P(LogConformance, TrimsNothingWhereNothingIs) {
    log.trim(id(5));
    EXPECT_EQ(log.head(), RecordId{});
}

TEST_P(LogConformance, StartsAgainEmptyUnderAnotherHead) {
    append(log, RecordId{}, records(1, 3));
    EXPECT_EQ(log.restart(id(2), id(9)), id(3));
    EXPECT_EQ(read(RecordId{}), records(1, 3));

    EXPECT_EQ(log.restart(id(3), id(7)), id(7));
    EXPECT_THAT(read(RecordId{}), IsEmpty());
    EXPECT_EQ(log.head(), id(7));
    EXPECT_EQ(log.usage().records, 0U);
    EXPECT_EQ(append(log, id(7), records(8, 9)), id(9));
    EXPECT_EQ(read(id(7)), records(8, 9));
}

TEST_P(LogConformance, StartsAgainUnderTheSameHead) {
    append(log, RecordId{}, records(1, 3));
    EXPECT_EQ(log.restart(id(3), id(3)), id(3));
    EXPECT_THAT(read(RecordId{}), IsEmpty());
    EXPECT_EQ(log.head(), id(3));
}

TEST_P(LogConformance, StartsUnderAHeadWhereThereWasNone) {
    EXPECT_EQ(log.restart(RecordId{}, RecordId{}), RecordId{});
    EXPECT_EQ(log.restart(id(1), id(7)), RecordId{});
    EXPECT_EQ(log.restart(RecordId{}, id(7)), id(7));
    EXPECT_EQ(log.head(), id(7));
    EXPECT_THAT(read(RecordId{}), IsEmpty());
}

TEST_P(LogConformance, LeavesWordOfACutOffUntilItIsTakenBack) {
    const ConsumerName one("one");
    const ConsumerName two("two");
    const CutOff first{.first_missed = {2}, .last_missed = {7}, .at_ms = 5};
    const CutOff second{.first_missed = {2}, .last_missed = {9}, .at_ms = 6};
    EXPECT_THAT(log.cut_offs(), IsEmpty());
    log.mark_cut_off(one, first);
    log.mark_cut_off(two, first);
    log.mark_cut_off(one, second);
    EXPECT_THAT(world->other_log().cut_offs(), ElementsAre(Pair(one, second), Pair(two, first)));
    log.mark_cut_off(two, std::nullopt);
    log.mark_cut_off(two, std::nullopt);
    EXPECT_THAT(log.cut_offs(), ElementsAre(Pair(one, second)));
}

TEST_P(LogConformance, ForgetsAllThatWasNotedOfAConsumer) {
    const ConsumerName one("one");
    const ConsumerName two("two");
    for (const auto& consumer : {one, two}) {
        log.report_position(consumer, id(1));
        log.mark_cut_off(consumer, CutOff{.first_missed = {2}, .last_missed = {7}, .at_ms = 5});
    }
    log.forget(one);
    log.forget(ConsumerName("unknown"));
    EXPECT_THAT(log.reports().positions, ElementsAre(Pair(two, id(1))));
    EXPECT_THAT(log.cut_offs(), ElementsAre(Pair(two, ::testing::_)));
}

// To which database a consumer belongs.

TEST_P(LogOwnersConformance, AreThoseThatRegisterOrReportFirst) {
    EXPECT_THAT(log.reports().owners, IsEmpty());
    log.register_consumer(mailer, id(1));
    report(other, ConsumerName("totals"), id(2));
    EXPECT_THAT(log.reports().owners, ElementsAre(Pair(mailer, NotedOwner{.owner = a}),
                                                  Pair(ConsumerName("totals"), NotedOwner{.owner = b})));
}

TEST_P(LogOwnersConformance, KeepOthersFromRegisteringAndReporting) {
    report(log, mailer, id(3));
    expect_refused([&] { other.register_consumer(mailer, id(1)); });
    expect_refused([&] { report(other, mailer, id(9)); });
    EXPECT_THAT(log.reports().positions, ElementsAre(Pair(mailer, id(3))));
    report(log, mailer, id(4));
    EXPECT_THAT(log.reports().positions, ElementsAre(Pair(mailer, id(4))));
}

TEST_P(LogOwnersConformance, AreNoneOfProgramsThatNameNone) {
    log.consume_for({});
    report(log, mailer, id(3));
    EXPECT_THAT(log.reports().owners, IsEmpty());
    report(other, mailer, id(4));
    EXPECT_THAT(log.reports().owners, ElementsAre(Pair(mailer, NotedOwner{.owner = b})));
    EXPECT_THROW(report(log, mailer, id(5)), Error);
}

TEST_P(LogOwnersConformance, ChangeIfTheyAreTheExpectedOnes) {
    report(log, mailer, id(3));
    const NotedOwner moved{.owner = b, .moved_from = a.id};
    EXPECT_FALSE(log.assign_owner(mailer, moved, {}, ""));
    EXPECT_FALSE(log.assign_owner(mailer, moved, id(2), b.id));
    EXPECT_TRUE(log.assign_owner(mailer, moved, id(1), a.id));
    EXPECT_THAT(other.reports().positions, ElementsAre(Pair(mailer, id(1))));
    EXPECT_THAT(other.reports().owners, ElementsAre(Pair(mailer, moved)));
    report(other, mailer, id(2));
    EXPECT_THAT(other.reports().owners, ElementsAre(Pair(mailer, moved))) << "a report does not change it";
    EXPECT_THROW(report(log, mailer, id(4)), Error);

    EXPECT_TRUE(log.assign_owner(ConsumerName("totals"), {.owner = a}, {}, ""));
    EXPECT_THAT(other.reports().positions, ElementsAre(Pair(mailer, id(2))));
}

TEST_P(LogOwnersConformance, StayWhenAPositionIsWithdrawn) {
    report(log, mailer, id(3));
    log.mark_cut_off(mailer, CutOff{.first_missed = {4}, .last_missed = {7}, .at_ms = 5});
    log.withdraw_position(mailer);
    log.withdraw_position(ConsumerName("unknown"));
    EXPECT_THAT(log.reports().positions, IsEmpty());
    EXPECT_THAT(log.reports().owners, ElementsAre(Pair(mailer, NotedOwner{.owner = a})));
    EXPECT_TRUE(log.cut_off(mailer).has_value());
    expect_refused([&] { report(other, mailer, id(9)); });
    report(log, mailer, id(4));
    EXPECT_THAT(log.reports().positions, ElementsAre(Pair(mailer, id(4))));
}

TEST_P(LogOwnersConformance, AreForgottenWithTheConsumer) {
    report(log, mailer, id(3));
    log.forget(mailer);
    EXPECT_THAT(log.reports().owners, IsEmpty());
    report(other, mailer, id(1));
    EXPECT_THAT(log.reports().owners, ElementsAre(Pair(mailer, NotedOwner{.owner = b})));
}

// Which outbox feeds a log.

TEST_P(LogIdentityConformance, IsNoneInANewLog) {
    EXPECT_EQ(log.fed_by(), std::nullopt);
    EXPECT_EQ(log.usage().sealed, std::nullopt);
}

TEST_P(LogIdentityConformance, IsNotedByAClaim) {
    log.act_for(rides);
    EXPECT_EQ(other.fed_by(), std::nullopt);
    log.claim(id(9), log.incarnation());
    EXPECT_EQ(other.fed_by(), rides);
    EXPECT_EQ(other.usage().sealed, id(9));
}

TEST_P(LogIdentityConformance, TellsWhatTheOutboxHadSealedAtTheLastClaim) {
    feed_from(rides);
    EXPECT_EQ(other.usage().sealed, RecordId{});
    append(log, {}, records(1, 2));
    EXPECT_EQ(other.usage().sealed, RecordId{});
    log.claim(id(2), log.incarnation());
    EXPECT_EQ(other.usage().sealed, id(2));
    EXPECT_EQ(other.usage().records, 2U);
}

// Two streamers find their places at once, and the slower one knows less.
TEST_P(LogIdentityConformance, TellsTheMostThatTheOutboxHadSealed) {
    feed_from(rides, id(10));
    log.claim(id(9), log.incarnation());
    EXPECT_EQ(other.usage().sealed, id(10));
    log.claim({sealed_ms + 1, Offset{11}}, log.incarnation());
    EXPECT_EQ(other.usage().sealed, (RecordId{sealed_ms + 1, Offset{11}}));
    EXPECT_EQ(log.assign_to(rides, id(2), {}), RecordId{}) << "an operator decides that less was sealed";
    EXPECT_EQ(other.usage().sealed, id(2));
}

// A streamer was slow between its look into the outbox and its claim. What it knows may be less than what the log had
// held, and an emptied log cannot tell.
TEST_P(LogIdentityConformance, IsNotNotedByAClaimFromBeforeALossOfEverything) {
    feed_from(rides);
    const std::string incarnation = log.incarnation();
    EXPECT_EQ(log.incarnation(), incarnation);
    append(log, {}, records(1, 9));
    world->lose_everything();
    try {
        log.claim(id(2), incarnation);
        ADD_FAILURE() << "was noted";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::call) << error.what();
    }
    EXPECT_EQ(other.fed_by(), std::nullopt);
    EXPECT_EQ(other.usage().sealed, std::nullopt);

    other.act_for(rides);
    const std::string later = other.incarnation();
    EXPECT_NE(later, incarnation);
    EXPECT_EQ(log.incarnation(), later) << "all streamers know one name";
    EXPECT_THROW(log.claim(id(2), incarnation), Error);
    log.claim(id(9), later);
    EXPECT_EQ(other.usage().sealed, id(9));
}

TEST_P(LogIdentityConformance, IsNeededBeforeTheFirstAppend) {
    log.act_for(rides);
    EXPECT_EQ(append(log, {}, records(1, 1)), RecordId{});
    EXPECT_EQ(log.restart({}, id(7)), RecordId{});
    EXPECT_THAT(read({}), IsEmpty());
    log.claim({}, log.incarnation());
    EXPECT_EQ(append(log, {}, records(1, 1)), id(1));
}

TEST_P(LogIdentityConformance, IsForgottenWithEverythingElse) {
    feed_from(rides);
    append(log, {}, records(1, 2));
    world->lose_everything();
    EXPECT_EQ(log.fed_by(), std::nullopt);
    EXPECT_EQ(log.usage().sealed, std::nullopt);
    EXPECT_EQ(append(log, {}, records(1, 2)), RecordId{}) << "an outbox claims the log first";
    log.claim(id(2), log.incarnation());
    EXPECT_EQ(append(log, {}, records(1, 2)), id(2));
}

TEST_P(LogIdentityConformance, StaysWhenAnEmptyLogIsRestarted) {
    feed_from(rides);
    EXPECT_EQ(log.restart({}, id(7)), id(7));
    EXPECT_EQ(log.fed_by(), rides);
}

TEST_P(LogIdentityConformance, IsEnoughForAKeeper) {
    feed_from(rides);
    append(log, {}, records(1, 2));
    other.act_for(rides);
    EXPECT_NO_THROW(other.forget(ConsumerName("distance")));
}

// Retention may come before the streamer, after a loss too.
TEST_P(LogIdentityConformance, OfAKeeperMayBeAnyWhileTheLogIsEmptyAndNamesNone) {
    EXPECT_NO_THROW(other.act_for(rides));
    EXPECT_NO_THROW(other.trim(id(3)));
    EXPECT_NO_THROW(other.mark_cut_off(ConsumerName("distance"), CutOff{{1}, {1}, 0}));
    EXPECT_EQ(other.fed_by(), std::nullopt);
}

TEST_P(LogIdentityConformance, KeepsAnotherOutboxFromChangingTheLog) {
    other.act_for(staging);
    feed_from(rides);
    append(log, {}, records(1, 2));
    log.mark_cut_off(ConsumerName("distance"), CutOff{{1}, {2}, 3});

    expect_all_refused(other, id(2));

    EXPECT_EQ(read({}), records(1, 2));
    EXPECT_EQ(log.cut_offs().size(), 1U);
    EXPECT_EQ(log.fed_by(), rides);
    EXPECT_EQ(append(log, id(2), records(3, 3)), id(3));
}

TEST_P(LogIdentityConformance, NamesBothOutboxesInTheRefusal) {
    feed_from(rides);
    append(log, {}, records(1, 1));
    try {
        other.act_for(staging);
        ADD_FAILURE() << "was accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
        EXPECT_THAT(error.what(), AllOf(HasSubstr("database rides"), HasSubstr("database staging")));
    }
}

TEST_P(LogIdentityConformance, IsNeededForAChange) {
    feed_from(rides);
    append(log, {}, records(1, 1));
    expect_all_refused(other, id(1));
}

// A proof that is missing is a fault: the records may be another outbox's.
TEST_P(LogIdentityConformance, CannotBeClaimedBesideRecordsThatNameNone) {
    append(other, {}, records(1, 1));
    expect_refused([&] { log.act_for(rides); });
    expect_all_refused(log, id(1));
    EXPECT_EQ(log.fed_by(), std::nullopt);
}

TEST_P(LogIdentityConformance, IsWhatAnOperatorAssigns) {
    other.act_for(staging);
    feed_from(rides);
    append(log, {}, records(1, 1));
    EXPECT_EQ(other.assign_to(staging, id(1), id(1)), id(1));
    EXPECT_EQ(log.fed_by(), staging);
    EXPECT_EQ(log.usage().sealed, id(1));
    expect_all_refused(log, id(1));
    EXPECT_EQ(append(other, id(1), records(2, 2)), id(2));
}

TEST_P(LogIdentityConformance, IsNotAssignedIfTheLogHasMovedOn) {
    feed_from(rides);
    append(log, {}, records(1, 2));
    EXPECT_EQ(other.assign_to(staging, id(1), id(1)), id(2));
    EXPECT_EQ(log.fed_by(), rides);
}

TEST_P(LogIdentityConformance, IsTheSameUnderAnotherName) {
    feed_from(rides);
    append(log, {}, records(1, 1));
    other.act_for({rides.id, "database rides_renamed"});
    EXPECT_EQ(append(other, id(1), records(2, 2)), id(2));
}

}  // namespace contrail::test
