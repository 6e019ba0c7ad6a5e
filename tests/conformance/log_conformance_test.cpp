#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "conformance/log_worlds.hpp"

namespace contrail::test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class LogConformance : public ::testing::TestWithParam<MakeLogWorld> {
protected:
    static constexpr std::uint64_t sealed_ms = 1'700'000'000'000;

    static RecordId id(std::uint64_t offset) { return {sealed_ms, Offset{offset}}; }

    static Record record(std::uint64_t offset) {
        return {id(offset), "create", "ride", R"({"id": )" + std::to_string(offset) + "}"};
    }

    static std::vector<Record> records(std::uint64_t first, std::uint64_t last) {
        std::vector<Record> made;
        for (auto offset = first; offset <= last; ++offset) made.push_back(record(offset));
        return made;
    }

    static RecordId append(Log& to, RecordId expected, const std::vector<Record>& made) {
        to.append_begin(expected, made);
        return to.append_end();
    }

    /// What the log gives after `after`, without waiting.
    std::vector<Record> read(RecordId after, std::size_t count_max = 100) {
        std::vector<Record> found;
        log.read_begin(after, count_max, std::chrono::milliseconds(0));
        log.read_end(found);
        return found;
    }

    std::unique_ptr<LogWorld> world = GetParam()();
    Log& log = world->log();
};

TEST_P(LogConformance, IsEmptyAtFirst) {
    EXPECT_EQ(log.head(), RecordId{});
    EXPECT_EQ(log.length(), 0U);
    EXPECT_THAT(read(RecordId{}), IsEmpty());
    EXPECT_THAT(log.positions(), IsEmpty());
}

TEST_P(LogConformance, AppendsAfterTheExpectedHead) {
    EXPECT_EQ(append(log, RecordId{}, records(1, 2)), id(2));
    EXPECT_EQ(append(log, id(2), records(3, 3)), id(3));
    EXPECT_EQ(log.head(), id(3));
    EXPECT_EQ(log.length(), 3U);
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
    EXPECT_EQ(log.length(), 2U);
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
    log.read_begin(RecordId{}, 1, std::chrono::milliseconds(0));
    EXPECT_EQ(read(id(1)), records(2, 3));
    log.read_begin(RecordId{}, 1, std::chrono::milliseconds(0));
    EXPECT_EQ(log.head(), id(3));
}

TEST_P(LogConformance, RemembersItsHeadWhenRecordsAreTrimmedOrDeleted) {
    append(log, RecordId{}, records(1, 3));
    world->trim(id(3));
    EXPECT_EQ(read(RecordId{}), records(3, 3));
    world->erase(id(3));
    EXPECT_EQ(log.head(), id(3));
    EXPECT_EQ(log.length(), 0U);
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
    EXPECT_THAT(log.positions(), ElementsAre(Pair(one, id(3)), Pair(two, id(2))));
}

INSTANTIATE_TEST_SUITE_P(Memory, LogConformance, ::testing::Values(&make_memory_log_world));
INSTANTIATE_TEST_SUITE_P(Redis, LogConformance, ::testing::Values(&make_redis_log_world));

}  // namespace contrail::test
