// A streamer whose outbox has released records: what it does when the log loses them, too.

#include <gmock/gmock.h>

#include "contrail/error.hpp"
#include "unit/core/streamer_fixture.hpp"

namespace contrail {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The outbox has released what every consumer was past.
class StreamerAfterRelease : public StreamerTest {
protected:
    void SetUp() override {
        stage({"a", "b"});
        restart_and_drain();
        stage({"c"});
        restart_and_drain();
        report("one", server.head);
        outbox.release(server.head.offset);
        ASSERT_EQ(outbox.base().last, Offset{3});
        stage({"d"});
        restart_and_drain();
    }

    void report(const std::string& consumer, RecordId position) {
        outbox.registry().note({{ConsumerName(consumer), position}});
    }
};

TEST_F(StreamerAfterRelease, GoesOnAtTheFirstRecordHeldInALogThatLostEverything) {
    const auto before = server.records.back();
    server.lose_everything();
    restart_and_drain();
    EXPECT_EQ(server.records, std::vector{before});
    EXPECT_EQ(events.count<streamer_event::Restarted>(), 1);
}

TEST_F(StreamerAfterRelease, DropsTheStaleRemainderOfAnOldCopyOfTheLog) {
    server.lose_tail(3);
    ASSERT_THAT(logged(), ElementsAre("a"));
    restart_and_drain();
    EXPECT_THAT(logged(), ElementsAre("d"));
    EXPECT_THAT(offsets(), ElementsAre(4));
}

TEST_F(StreamerAfterRelease, GoesOnWithNewRecordsIfNoneIsHeld) {
    report("one", server.head);
    outbox.release(server.head.offset);
    ASSERT_EQ(outbox.base().last, Offset{4});
    server.lose_everything();
    restart_and_drain();
    EXPECT_EQ(server.head.offset, Offset{4}) << "lag is told from the head, also before the next record";

    stage({"e"});
    restart_and_drain();

    EXPECT_THAT(offsets(), ElementsAre(5));
}

TEST_F(StreamerAfterRelease, StopsIfAConsumerNeedsWhatIsGone) {
    server.lose_everything();
    database.consumers.clear();
    report("one", {database.now_ms, Offset{3}});
    report("late", {database.now_ms, Offset{1}});
    try {
        restart_and_drain();
        FAIL() << "the streamer went on";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
        EXPECT_THAT(error.what(), HasSubstr("offsets 1 to 3 are gone from both the log and the outbox"));
        EXPECT_THAT(error.what(), HasSubstr("Consumers that need some of them: late (at "));
    }
    EXPECT_THAT(logged(), IsEmpty());
}

// The log was empty when it registered, because it had lost everything.
TEST_F(StreamerAfterRelease, GoesOnWithoutAConsumerThatHasAppliedNothing) {
    server.lose_everything();
    report("new", RecordId{});
    restart_and_drain();
    EXPECT_THAT(logged(), ElementsAre("d"));
}

TEST_F(StreamerAfterRelease, GoesOnWithoutAConsumerThatWasCutOff) {
    server.lose_everything();
    database.consumers.clear();
    report("late", {database.now_ms, Offset{1}});
    outbox.registry().mark_cut_off(ConsumerName("late"), {Offset{2}, Offset{3}, 0});
    restart_and_drain();
    EXPECT_THAT(logged(), ElementsAre("d"));
}

TEST_F(StreamerAfterRelease, StopsIfAConsumerHasAppliedWhatWasNeverSealed) {
    database.consumers.at(ConsumerName("one")).position = {database.now_ms, Offset{9}};
    try {
        restart_and_drain();
        FAIL() << "the streamer went on";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
        EXPECT_THAT(error.what(), HasSubstr("Consumer 'one' has applied the records up to"));
        EXPECT_THAT(error.what(), HasSubstr("sealed no more than"));
    }
}

}  // namespace contrail
