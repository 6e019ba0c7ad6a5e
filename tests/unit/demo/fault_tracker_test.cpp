#include "demo/page/fault_tracker.hpp"

#include <gtest/gtest.h>
#include <poll.h>

namespace demo {
namespace {

using Phase = FaultTracker::Phase;

bool readable(int descriptor) {
    pollfd waited{descriptor, POLLIN, 0};
    return ::poll(&waited, 1, 0) == 1;
}

TEST(FaultTrackerTest, WakesTheSupervisorOncePerRequest) {
    FaultTracker tracker;
    EXPECT_FALSE(readable(tracker.descriptor()));
    EXPECT_EQ(tracker.take(), std::nullopt);

    EXPECT_TRUE(tracker.request("empty-redis"));
    EXPECT_TRUE(readable(tracker.descriptor()));
    EXPECT_EQ(tracker.take(), "empty-redis");

    EXPECT_FALSE(readable(tracker.descriptor()));
    EXPECT_EQ(tracker.take(), std::nullopt);
}

TEST(FaultTrackerTest, AcceptsNoSecondFaultBeforeTheRecoveryFromTheFirst) {
    FaultTracker tracker;
    const auto refuses_another = [&] { return !tracker.request("send-twice"); };
    ASSERT_TRUE(tracker.request("kill-streamer"));
    EXPECT_TRUE(refuses_another());
    tracker.take();
    tracker.injected("Killed it.", "it runs again");
    EXPECT_TRUE(refuses_another());
    tracker.ended();
    EXPECT_TRUE(refuses_another());
    EXPECT_EQ(tracker.state().fault, "kill-streamer");
    EXPECT_EQ(tracker.state().what, "Killed it.");

    tracker.recovered("After 0.1 s it runs again.");
    EXPECT_EQ(tracker.state().phase, Phase::recovered);
    EXPECT_TRUE(tracker.request("send-twice"));
    EXPECT_EQ(tracker.state().number, 2U);
}

TEST(FaultTrackerTest, AcceptsTheNextFaultAfterAFailedInjection) {
    FaultTracker tracker;
    ASSERT_TRUE(tracker.request("kill-streamer"));
    tracker.failed("It does not run.");
    EXPECT_EQ(tracker.state().what, "It does not run.");
    EXPECT_TRUE(tracker.request("kill-streamer"));
}

}  // namespace
}  // namespace demo
