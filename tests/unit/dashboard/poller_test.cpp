#include "dashboard/poller.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>
#include <stdexcept>
#include <thread>

namespace contrail::dashboard {
namespace {

using namespace std::chrono_literals;

/// A poller on a thread of its own. Its one poll counts itself, and is never due again by itself.
class PollerTest : public testing::Test {
protected:
    PollerTest() {
        poller.add([this] {
            ++polls;
            if (fails) throw std::runtime_error("the poll fails on purpose");
            const bool unfinished = polls < finished_at;
            return Snapshot{{{"poll", std::to_string(polls)}}, unfinished ? 0ms : 1h, unfinished};
        });
    }

    void run() {
        thread = std::jthread([this](const std::stop_token& stop) { poller.run(stop); });
    }
    void wait_for_a_poll() { shown.acquire(); }

    std::atomic<int> polls = 0;
    std::atomic<bool> fails = false;
    std::atomic<int> finished_at = 0;  ///< The polls before this one are unfinished.
    std::counting_semaphore<> shown{0};
    std::vector<Message> last;
    Poller poller{[this](std::vector<Message> messages) {
        last = std::move(messages);
        shown.release();
    }};
    std::jthread thread;
};

TEST_F(PollerTest, RestsUntilAViewerJoins) {
    run();
    poller.viewers_left();
    poller.viewer_joined();
    wait_for_a_poll();
    EXPECT_EQ(polls, 1);
    ASSERT_EQ(last.size(), 1U);
    EXPECT_EQ(last[0].data, "1");
}

TEST_F(PollerTest, RestsWhenTheLastViewerHasLeft) {
    run();
    poller.viewer_joined();
    wait_for_a_poll();
    poller.viewers_left();
    thread = {};  // ends it
    EXPECT_EQ(polls, 1);
}

TEST_F(PollerTest, GoesOnWithoutViewersWhileAPollIsUnfinished) {
    finished_at = 3;
    run();
    poller.poll_now();
    for (int poll = 1; poll <= 3; ++poll) wait_for_a_poll();
    thread = {};  // ends it
    EXPECT_EQ(polls, 3);
}

TEST_F(PollerTest, PollsAtOnceWhenAsked) {
    poller.viewer_joined();
    run();
    wait_for_a_poll();
    poller.poll_now();
    wait_for_a_poll();
    EXPECT_EQ(polls, 2);
}

TEST_F(PollerTest, GoesOnAfterAFailedPoll) {
    fails = true;
    poller.viewer_joined();
    run();
    wait_for_a_poll();
    EXPECT_TRUE(last.empty());
    fails = false;
    poller.poll_now();
    wait_for_a_poll();
    EXPECT_EQ(last.size(), 1U);
}

}  // namespace
}  // namespace contrail::dashboard
