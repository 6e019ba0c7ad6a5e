#include "chaos/watch/seen_log.hpp"

#include <gtest/gtest.h>

namespace chaos {
namespace {

using contrail::Offset;
using contrail::Record;

class SeenLogTest : public testing::Test {
protected:
    void read(std::uint64_t ms, std::uint64_t offset, const std::string& data = "{}") {
        seen.enter({{ms, Offset{offset}}, "create", "ride", data}, findings);
    }

    void expect_only(Violation expected) const {
        for (const Violation violation : violations)
            EXPECT_EQ(findings.count(violation), violation == expected ? 1U : 0U);
    }

    SeenLog seen;
    Findings findings;
};

TEST_F(SeenLogTest, KeepsTheRecordsAndTheOffsetOfEachChange) {
    read(5, 1, R"({"id": 1, "distance": 70})");
    read(5, 2, R"({"id": 2, "distance": 71})");
    EXPECT_TRUE(findings.none());
    EXPECT_EQ(seen.records().size(), 2U);
    EXPECT_EQ(seen.find(71), Offset{2});
    EXPECT_EQ(seen.find(72), std::nullopt);
}

TEST_F(SeenLogTest, FindsNothingWrongWithTheSameRecordsReadAgain) {
    read(5, 1);
    read(6, 2);
    seen.begin_pass();
    read(5, 1);
    read(6, 2);
    read(6, 3);
    EXPECT_TRUE(findings.none());
}

TEST_F(SeenLogTest, AcceptsATrimmedLogThatBeginsLater) {
    read(5, 1);
    read(6, 2);
    seen.begin_pass();
    read(6, 2);
    read(7, 3);
    EXPECT_TRUE(findings.none());
}

TEST_F(SeenLogTest, FindsARecordThatCameBackWithOtherContent) {
    read(5, 1, R"({"id": 1, "distance": 1})");
    seen.begin_pass();
    read(5, 1, R"({"id": 1, "distance": 2})");
    expect_only(Violation::changed);
}

TEST_F(SeenLogTest, FindsARecordThatCameBackUnderAnotherId) {
    read(5, 1);
    seen.begin_pass();
    read(6, 1);
    expect_only(Violation::changed);
}

TEST_F(SeenLogTest, FindsAGap) {
    read(5, 1);
    read(5, 3);
    expect_only(Violation::gap);
}

TEST_F(SeenLogTest, FindsAGapBeforeTheFirst) {
    read(5, 2);
    expect_only(Violation::gap);
}

TEST_F(SeenLogTest, FindsAnOffsetThatDoesNotRise) {
    read(5, 1);
    read(6, 1);
    EXPECT_EQ(findings.count(Violation::out_of_order), 1U);
}

TEST_F(SeenLogTest, FindsATimeThatGoesBack) {
    read(5, 1);
    read(4, 2);
    expect_only(Violation::out_of_order);
}

TEST_F(SeenLogTest, FindsAnEntryThatIsNotARecord) {
    read(5, 1);
    read(7, 0, "foreign");
    expect_only(Violation::out_of_order);
}

}  // namespace
}  // namespace chaos
