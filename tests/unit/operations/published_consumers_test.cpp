#include "operations/status/published_consumers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace contrail::operations {

using ::testing::IsEmpty;
using ::testing::SizeIs;

namespace {

constexpr std::uint64_t posted_at_ms = 100'000;

status::ProgramStatus instance(const std::string& name, std::uint32_t count,
                               const std::vector<std::uint32_t>& numbers,
                               ProgramState state = ProgramState::consuming) {
    status::ProgramStatus one{
        .state = state, .at_ms = posted_at_ms, .instance = name, .segment_count = count};
    for (const std::uint32_t number : numbers)
        one.segments.push_back({.number = number, .state = state, .last = RecordId{1, Offset{number + 1}}});
    return one;
}

status::ProgramStatus silent(status::ProgramStatus one) {
    one.at_ms = posted_at_ms - 6'000;
    return one;
}

PublishedConsumer union_of(const std::vector<status::ProgramStatus>& instances) {
    status::StatusBoard::Posted posted{.statuses = {}, .now_ms = posted_at_ms};
    for (const auto& one : instances)
        posted.statuses.emplace(
            status::instance_field("consumer:mailer", static_cast<std::uint32_t>(posted.statuses.size())),
            one);
    auto consumers = published_consumers(posted);
    EXPECT_THAT(consumers, SizeIs(1));
    return consumers.at("mailer");
}

}  // namespace

TEST(PublishedConsumers, AreTheUnionOfTheirInstances) {
    const auto consumer = union_of({instance("a", 4, {0, 2}), instance("b", 4, {1}, ProgramState::retrying)});
    EXPECT_EQ(consumer.status.state, ProgramState::retrying);
    EXPECT_EQ(consumer.status.segment_count, 4);
    EXPECT_THAT(consumer.segments, SizeIs(3));
    EXPECT_EQ(consumer.segments.at(1).instance, "b");
    EXPECT_EQ(consumer.segments.at(2).status.last, (RecordId{1, Offset{3}}));
}

TEST(PublishedConsumers, LeaveOutInstancesThatAreGone) {
    const auto consumer = union_of({silent(instance("a", 2, {0, 1}, ProgramState::retrying)),
                                    instance("b", 2, {0}), instance("c", 2, {1}, ProgramState::halted)});
    EXPECT_EQ(consumer.status.state, ProgramState::consuming);
    EXPECT_THAT(consumer.segments, SizeIs(1));
    EXPECT_EQ(consumer.segments.at(0).instance, "b");
}

TEST(PublishedConsumers, AreHaltedWhereASegmentIs) {
    auto one = instance("a", 2, {0, 1});
    one.segments[1].state = ProgramState::halted;
    EXPECT_EQ(union_of({one}).status.state, ProgramState::halted);
}

TEST(PublishedConsumers, TellHowTheLastInstanceEnded) {
    const auto consumer =
        union_of({silent(instance("a", 2, {0}, ProgramState::halted)), silent(instance("b", 2, {1}))});
    EXPECT_EQ(consumer.status.state, ProgramState::halted);
    EXPECT_EQ(consumer.status.at_ms, posted_at_ms - 6'000);
}

TEST(PublishedConsumers, PassOverSegmentsOfBeforeASplit) {
    auto before = instance("a", 2, {0, 1});
    before.at_ms -= 1;
    const auto consumer = union_of({instance("b", 4, {0}), before});
    EXPECT_EQ(consumer.status.segment_count, 4);
    EXPECT_THAT(consumer.segments, SizeIs(1));
}

TEST(PublishedConsumers, KnowNoSegmentsOfAnOrdinaryConsumer) {
    const auto consumer =
        union_of({{.state = ProgramState::idle, .at_ms = posted_at_ms, .latency_p99_ms = 3}});
    EXPECT_EQ(consumer.status.state, ProgramState::idle);
    EXPECT_EQ(consumer.status.latency_p99_ms, 3);
    EXPECT_THAT(consumer.segments, IsEmpty());
}

}  // namespace contrail::operations
