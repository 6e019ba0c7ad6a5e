#include "dashboard/watch.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>
#include <stdexcept>
#include <thread>

namespace contrail::dashboard {
namespace {

using namespace std::chrono_literals;

/// A watch on a thread of its own, whose one look counts itself and never wants to be taken again.
class WatchTest : public testing::Test {
protected:
    WatchTest() {
        watch.add([this] {
            ++looks;
            if (fails) throw std::runtime_error("the look fails on purpose");
            const bool unfinished = looks < finished_at;
            return Sight{{{"look", std::to_string(looks)}}, unfinished ? 0ms : 1h, unfinished};
        });
    }

    void run() {
        thread = std::jthread([this](const std::stop_token& stop) { watch.run(stop); });
    }
    void wait_for_a_look() { shown.acquire(); }

    std::atomic<int> looks = 0;
    std::atomic<bool> fails = false;
    std::atomic<int> finished_at = 0;  ///< Before this look, what is looked at is unfinished.
    std::counting_semaphore<> shown{0};
    std::vector<Event> last;
    Watch watch{[this](std::vector<Event> events) {
        last = std::move(events);
        shown.release();
    }};
    std::jthread thread;
};

TEST_F(WatchTest, LooksAtNothingUntilSomebodyWatches) {
    run();
    watch.all_have_left();
    watch.somebody_came();
    wait_for_a_look();
    EXPECT_EQ(looks, 1);
    ASSERT_EQ(last.size(), 1U);
    EXPECT_EQ(last[0].data, "1");
}

TEST_F(WatchTest, LooksNoMoreWhenTheLastOneHasLeft) {
    run();
    watch.somebody_came();
    wait_for_a_look();
    watch.all_have_left();
    thread = {};  // ends it
    EXPECT_EQ(looks, 1);
}

TEST_F(WatchTest, LooksOnAtWhatIsUnfinishedThoughNobodyWatches) {
    finished_at = 3;
    run();
    watch.look_now();
    for (int look = 1; look <= 3; ++look) wait_for_a_look();
    thread = {};  // ends it
    EXPECT_EQ(looks, 3);
}

TEST_F(WatchTest, LooksAtOnceWhenSomethingHappened) {
    watch.somebody_came();
    run();
    wait_for_a_look();
    watch.look_now();
    wait_for_a_look();
    EXPECT_EQ(looks, 2);
}

TEST_F(WatchTest, GoesOnAfterALookThatFailed) {
    fails = true;
    watch.somebody_came();
    run();
    wait_for_a_look();
    EXPECT_TRUE(last.empty());
    fails = false;
    watch.look_now();
    wait_for_a_look();
    EXPECT_EQ(last.size(), 1U);
}

}  // namespace
}  // namespace contrail::dashboard
