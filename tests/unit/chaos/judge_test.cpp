#include "chaos/verdict/judge.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace rocket_rides::chaos {
namespace {

using contrail::Offset;
using contrail::Record;

/// A history of four changes, made one after the other: two rides, of which the first is changed and the
/// second deleted. Every test spoils one thing in it.
class Judge : public testing::Test {
protected:
    Judge() {
        log("create", R"({"id": 1, "distance": 1})");
        log("create", R"({"id": 2, "distance": 2})");
        log("update", R"({"id": 1, "distance": 3, "previous_distance": 1})");
        log("delete", R"({"id": 2, "previous_distance": 2})");
        log("create", R"({"id": 3, "distance": 4})");
        evidence.staged = evidence.log;
        for (std::uint64_t number = 1; number <= 4; ++number) change(Outcome::acknowledged);
        evidence.rides = {{1, 3.0}, {3, 4.0}};
        evidence.consumers = {{"consumer0", evidence.log.back().id, 7.0},
                              {"consumer1", evidence.log.back().id, 7.0}};
    }

    void log(const std::string& action, const std::string& data) {
        evidence.log.push_back({{1'000, Offset{evidence.log.size() + 1}}, action, "ride", data});
    }

    /// One that was begun after the one before was answered.
    void change(Outcome outcome) {
        Change made{.number = evidence.changes.size() + 1, .begun = now(), .answered = {}};
        made.outcome = outcome;
        if (outcome != Outcome::in_doubt) made.answered = now();
        evidence.changes.push_back(made);
    }

    /// A time after all that were given before.
    SteadyTime now() { return SteadyTime(std::chrono::seconds(++seconds_)); }

    /// Lets two records change places; what stands in a place has its offset.
    void swap_records(std::size_t one, std::size_t other) {
        std::swap(evidence.log[one], evidence.log[other]);
        std::swap(evidence.log[one].id, evidence.log[other].id);
    }

    void expect_only(Fault expected) const {
        const Findings findings = judge(evidence).findings;
        for (const Fault fault : faults)
            EXPECT_EQ(findings.count(fault) > 0, fault == expected)
                << name(fault) << ": " << findings.count(fault);
    }

    Evidence evidence;

private:
    int seconds_ = 0;
};

TEST_F(Judge, FindsNothingWrongWithAGoodHistory) {
    EXPECT_TRUE(judge(evidence).findings.none());
}

TEST_F(Judge, FindsAnAcknowledgedRideThatWasLost) {
    change(Outcome::acknowledged);
    expect_only(Fault::lost);
}

TEST_F(Judge, FindsAStagedRecordThatIsNotInTheLog) {
    evidence.staged.push_back({{}, "create", "ride", R"({"id": 9, "distance": 9})"});
    expect_only(Fault::lost);
}

TEST_F(Judge, FindsARideOfTheTableThatIsNotInTheLog) {
    evidence.rides.emplace(9, 9.0);
    expect_only(Fault::lost);
}

TEST_F(Judge, FindsARideThatHasAnotherDistanceInTheTable) {
    evidence.rides[1] = 8.0;
    expect_only(Fault::lost);
}

TEST_F(Judge, FindsARideInTheLogThatIsNotInTheTable) {
    evidence.rides.erase(3);
    expect_only(Fault::invented);
}

TEST_F(Judge, FindsAChangeThatWasRolledBackAndIsInTheLog) {
    evidence.changes[3].outcome = Outcome::withdrawn;
    expect_only(Fault::invented);
}

TEST_F(Judge, LetsAChangeInDoubtBeThereOrNot) {
    evidence.changes[3].outcome = Outcome::in_doubt;
    change(Outcome::in_doubt);
    EXPECT_TRUE(judge(evidence).findings.none());
    const Outcomes outcomes = judge(evidence).outcomes;
    EXPECT_EQ(outcomes.acknowledged, 3U);
    EXPECT_EQ(outcomes.in_doubt_found, 1U);
    EXPECT_EQ(outcomes.in_doubt_not_found, 1U);
}

TEST_F(Judge, FindsARecordThatIsInTheLogTwice) {
    log("create", R"({"id": 3, "distance": 4})");
    for (Evidence::Consumer& consumer : evidence.consumers)
        consumer = {consumer.name, evidence.log.back().id, 11.0};
    expect_only(Fault::counted_twice);
}

TEST_F(Judge, FindsARidePostedTwiceForOneAcknowledgement) {
    log("create", R"({"id": 4, "distance": 4})");
    evidence.rides.emplace(4, 4.0);
    for (Evidence::Consumer& consumer : evidence.consumers)
        consumer = {consumer.name, evidence.log.back().id, 11.0};
    expect_only(Fault::counted_twice);
}

TEST_F(Judge, FindsARideThatWasChangedBeforeItWasMade) {
    evidence.changes.clear();  // so that its own story is all that tells
    swap_records(0, 2);
    EXPECT_GT(judge(evidence).findings.count(Fault::out_of_order), 0U);
}

TEST_F(Judge, FindsTwoRidesThatStandInTheOtherOrderThanTheyWereMade) {
    swap_records(0, 1);
    expect_only(Fault::out_of_order);
}

TEST_F(Judge, LetsRidesStandInAnyOrderThatWereMadeAtTheSameTime) {
    evidence.changes[1].begun = evidence.changes[0].begun;
    swap_records(0, 1);
    EXPECT_TRUE(judge(evidence).findings.none());
}

TEST_F(Judge, FindsAnOffsetWhereNothingWasSeen) {
    const Record unseen;
    evidence.log.insert(evidence.log.begin() + 4, unseen);
    EXPECT_GT(judge(evidence).findings.count(Fault::gap), 0U);
}

TEST_F(Judge, FindsAnEffectThatWasAppliedTwice) {
    evidence.consumers[1].total_distance += 4;
    expect_only(Fault::wrong_total);
}

TEST_F(Judge, FindsAWarehouseThatHoldsOtherRidesThanTheLogLeaves) {
    evidence.warehouse = evidence.rides;
    EXPECT_TRUE(judge(evidence).findings.none());
    evidence.warehouse->erase(3);
    expect_only(Fault::wrong_total);
    evidence.warehouse = {{1, 3.0}, {2, 2.0}, {3, 4.0}};
    expect_only(Fault::wrong_total);
    evidence.warehouse = {{1, 1.0}, {3, 4.0}};
    expect_only(Fault::wrong_total);
}

TEST_F(Judge, FindsAConsumerThatIsNotAtTheHead) {
    evidence.consumers[1].last_id = evidence.log[3].id;
    expect_only(Fault::wrong_total);
}

}  // namespace
}  // namespace rocket_rides::chaos
