// Consumers that work on a segment each: every record is applied by one of them, whatever is split and merged.
#include <gmock/gmock.h>

#include "contrail/record_key.hpp"
#include "unit/core/consumer_fixture.hpp"

namespace contrail {

using ::testing::ElementsAre;

class SegmentedConsumer : public ConsumerTest {
protected:
    /// Its key is its own offset.
    void log_holds_up_to(std::uint64_t offset) {
        for (; last < offset; ++last) {
            Record record{id(last + 1), "create", "ride", "1"};
            record.key = std::to_string(last + 1);
            server.append_foreign(record);
        }
    }

    Consumer segment(Segment segment, ConsumerOptions options = {}) {
        options.segment = segment;
        return {name,    log,   checkpoints,      [this](auto&, auto records) { note(records); },
                options, clock, events.listener()};
    }

    void note(std::span<const Record> records) {
        for (const Record& record : records) ++applied[record.id.offset.value];
    }

    void drain(Segment part) {
        auto consumer = segment(part);
        while (consumer.run_once() > 0) continue;
    }

    void expect_each_once() {
        EXPECT_EQ(applied.size(), last);
        for (const auto& [offset, times] : applied) EXPECT_EQ(times, 1) << offset;
    }

    testing::MemoryConsumerSegments segments{database, StreamName("log")};
    std::map<std::uint64_t, int> applied;
    std::uint64_t last = 0;
};

TEST_F(SegmentedConsumer, AppliesTheRecordsOfItsSegment) {
    log_holds_up_to(100);
    segment({}).run_once();
    segments.split(name, 1);
    log_holds_up_to(200);
    drain({1, 2});
    for (std::uint64_t offset = 101; offset <= 200; ++offset)
        EXPECT_EQ(applied.contains(offset), key_hash(std::to_string(offset)) % 2 == 1) << offset;
    drain({0, 2});
    expect_each_once();
}

TEST_F(SegmentedConsumer, TakesTheKeyThatTheServiceSays) {
    segment({}).run_once();
    segments.split(name, 1);
    log_holds_up_to(10);
    const auto all_alike = [](const Record&) { return std::string("ride"); };
    segment({1, 2}, {.key = all_alike}).run_once();
    EXPECT_TRUE(applied.empty());
    segment({0, 2}, {.key = all_alike}).run_once();
    ASSERT_EQ(key_hash("ride") % 2, 0U);
    expect_each_once();
}

TEST_F(SegmentedConsumer, ReportsThePlaceOfTheSegmentThatIsFurthestBehind) {
    log_holds_up_to(10);
    segment({}).run_once();
    segments.split(name, 1);
    log_holds_up_to(20);
    auto ahead = segment({1, 2});
    ahead.run_once();
    clock.advance(ConsumerOptions{}.report_every);
    ahead.run_once();
    EXPECT_EQ(server.positions.at(name), id(10));
    drain({0, 2});
    clock.advance(ConsumerOptions{}.report_every);
    ahead.run_once();
    EXPECT_EQ(server.positions.at(name), database.checkpoint(key));
}

TEST_F(SegmentedConsumer, StopsWhenItsSegmentWasSplitOrMerged) {
    log_holds_up_to(10);
    auto whole = segment({});
    whole.run_once();
    segments.split(name, 1);
    log_holds_up_to(20);
    EXPECT_THROW(whole.run_once(), SegmentsChanged);
    auto half = segment({1, 2});
    half.run_once();
    segments.merge(name, 2);
    log_holds_up_to(30);
    EXPECT_THROW(half.run_once(), SegmentsChanged);
    drain({});
    expect_each_once();
}

TEST_F(SegmentedConsumer, LeavesOutWhatTheOtherHalfHadAppliedBeforeTheMerge) {
    log_holds_up_to(10);
    segment({}).run_once();
    segments.split(name, 1);
    log_holds_up_to(30);
    drain({1, 2});
    clock.advance(ConsumerOptions{}.left_out_wait_max);
    segments.merge(name, 2);
    log_holds_up_to(40);
    drain({});
    expect_each_once();
    EXPECT_EQ(database.segments(key).front().ahead, std::nullopt);
}

TEST_F(SegmentedConsumer, NoticesThatASplitAndAMergeHaveLeftAHalfAhead) {
    log_holds_up_to(10);
    auto frozen = segment({});
    frozen.run_once();
    log_holds_up_to(30);
    segments.split(name, 1);
    drain({1, 2});
    segments.merge(name, 2);
    ASSERT_EQ(checkpoint(), id(10)) << "where the frozen instance expects it";
    while (events.count<consumer_event::Overtaken>() == 0) frozen.run_once();
    while (frozen.run_once() > 0) continue;
    expect_each_once();
}

TEST_F(SegmentedConsumer, ParksARecordOfItsOwnBehindThoseOfOthers) {
    segment({}).run_once();
    segments.split(name, 1);
    log_holds_up_to(20);
    for (const std::uint32_t number : {0U, 1U}) {
        ConsumerOptions options{.segment = {number, 2},
                                .on_refusal = OnRefusal::park,
                                .parked_in_a_row_max = 0,
                                .handler_attempts_max = 1};
        Consumer rejecting(
            name, log, checkpoints, [](auto&, auto) { throw std::invalid_argument("No."); }, options, clock,
            events.listener());
        for (int round = 0; round < 100; ++round) {
            try {
                rejecting.run_once();
            } catch (const Error& error) {
                ASSERT_NE(error.retry(), Retry::never);
            }
        }
    }
    EXPECT_EQ(parked().size(), 20U);
}

}  // namespace contrail
