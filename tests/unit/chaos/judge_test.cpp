#include "chaos/verdict/judge.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace chaos {
namespace {

using contrail::Offset;
using contrail::Record;

/// A history of four changes, one after the other: it creates two rides, changes the first, deletes the
/// second, and creates a third. Each test spoils one thing.
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

    /// A change that began after the one before was answered.
    void change(Outcome outcome) {
        Change made{.number = evidence.changes.size() + 1, .begun = now(), .answered = {}};
        made.outcome = outcome;
        if (outcome != Outcome::in_doubt) made.answered = now();
        evidence.changes.push_back(made);
    }

    /// Later than all earlier calls.
    SteadyTime now() { return SteadyTime(std::chrono::seconds(++seconds_)); }

    /// Swaps two records; each takes the offset of its new place.
    void swap_records(std::size_t one, std::size_t other) {
        std::swap(evidence.log[one], evidence.log[other]);
        std::swap(evidence.log[one].id, evidence.log[other].id);
    }

    void expect_only(Violation expected) const {
        const Findings findings = judge(evidence).findings;
        for (const Violation violation : violations)
            EXPECT_EQ(findings.count(violation) > 0, violation == expected)
                << name(violation) << ": " << findings.count(violation);
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
    expect_only(Violation::lost);
}

TEST_F(Judge, FindsAStagedRecordThatTheLogLacks) {
    evidence.staged.push_back({{}, "create", "ride", R"({"id": 9, "distance": 9})"});
    expect_only(Violation::lost);
}

TEST_F(Judge, FindsARideOfTheTableThatTheLogLacks) {
    evidence.rides.emplace(9, 9.0);
    expect_only(Violation::lost);
}

TEST_F(Judge, FindsARideWithAnotherDistanceInTheTable) {
    evidence.rides[1] = 8.0;
    expect_only(Violation::lost);
}

TEST_F(Judge, FindsARideInTheLogThatTheTableLacks) {
    evidence.rides.erase(3);
    expect_only(Violation::invented);
}

TEST_F(Judge, FindsAChangeThatWasRolledBackAndIsInTheLog) {
    evidence.changes[3].outcome = Outcome::withdrawn;
    expect_only(Violation::invented);
}

TEST_F(Judge, AcceptsAChangeInDoubtEitherWay) {
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
    expect_only(Violation::counted_twice);
}

TEST_F(Judge, FindsARidePostedTwiceForOneAcknowledgement) {
    log("create", R"({"id": 4, "distance": 4})");
    evidence.rides.emplace(4, 4.0);
    for (Evidence::Consumer& consumer : evidence.consumers)
        consumer = {consumer.name, evidence.log.back().id, 11.0};
    expect_only(Violation::counted_twice);
}

TEST_F(Judge, FindsARideThatChangedBeforeItExisted) {
    evidence.changes.clear();  // so that only the rides' own history is wrong
    swap_records(0, 2);
    EXPECT_GT(judge(evidence).findings.count(Violation::out_of_order), 0U);
}

TEST_F(Judge, FindsTwoRidesInTheWrongOrder) {
    swap_records(0, 1);
    expect_only(Violation::out_of_order);
}

TEST_F(Judge, AcceptsEitherOrderOfConcurrentRides) {
    evidence.changes[1].begun = evidence.changes[0].begun;
    swap_records(0, 1);
    EXPECT_TRUE(judge(evidence).findings.none());
}

TEST_F(Judge, FindsAnOffsetWithoutARecord) {
    const Record unseen;
    evidence.log.insert(evidence.log.begin() + 4, unseen);
    EXPECT_GT(judge(evidence).findings.count(Violation::gap), 0U);
}

TEST_F(Judge, FindsAnEffectThatWasAppliedTwice) {
    evidence.consumers[1].total_distance += 4;
    expect_only(Violation::wrong_total);
}

TEST_F(Judge, FindsAWarehouseWhoseRidesDifferFromTheLog) {
    evidence.warehouse = evidence.rides;
    EXPECT_TRUE(judge(evidence).findings.none());
    evidence.warehouse->erase(3);
    expect_only(Violation::wrong_total);
    evidence.warehouse = {{1, 3.0}, {2, 2.0}, {3, 4.0}};
    expect_only(Violation::wrong_total);
    evidence.warehouse = {{1, 1.0}, {3, 4.0}};
    expect_only(Violation::wrong_total);
}

TEST_F(Judge, FindsAnArchiveThatDiffersFromTheLog) {
    evidence.archive = evidence.log;
    EXPECT_TRUE(judge(evidence).findings.none());
    evidence.archive->pop_back();
    expect_only(Violation::wrong_archive);
    evidence.archive = evidence.log;
    std::swap(evidence.archive->at(1), evidence.archive->at(2));
    expect_only(Violation::wrong_archive);
    evidence.archive = evidence.log;
    evidence.archive->push_back(evidence.log.back());
    expect_only(Violation::wrong_archive);
    evidence.archive = evidence.log;
    evidence.archive_flaws = {"a file is damaged"};
    expect_only(Violation::wrong_archive);
}

TEST_F(Judge, FindsAConsumerThatIsNotAtTheHead) {
    evidence.consumers[1].last_id = evidence.log[3].id;
    expect_only(Violation::wrong_total);
}

}  // namespace
}  // namespace chaos
