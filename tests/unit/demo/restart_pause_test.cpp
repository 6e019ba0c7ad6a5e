#include "demo/supervisor/restart_pause.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace demo {
namespace {

using namespace std::chrono_literals;

TEST(RestartPause, DoublesForAProgramThatDiesAtOnceUpToFiveSeconds) {
    RestartPause pause;
    std::vector<int> pauses;
    for (int death = 0; death < 8; ++death) pauses.push_back(static_cast<int>(pause.after(20ms).count()));
    EXPECT_THAT(pauses, testing::ElementsAre(100, 200, 400, 800, 1'600, 3'200, 5'000, 5'000));
}

TEST(RestartPause, StartsAgainAt100MsForAProgramThatRanLongerThanItsLastPause) {
    RestartPause pause;
    EXPECT_EQ(pause.after(20ms), 100ms);
    EXPECT_EQ(pause.after(100ms), 200ms);
    EXPECT_EQ(pause.after(201ms), 100ms);
    EXPECT_EQ(pause.after(150ms), 100ms);
}

}  // namespace
}  // namespace demo
