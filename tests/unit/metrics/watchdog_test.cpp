#include "contrail/watchdog.hpp"

#include <gtest/gtest.h>

#include "testing/virtual_clock.hpp"

namespace contrail {
namespace {

using std::chrono::milliseconds;

class AWatchdog : public ::testing::Test {
protected:
    void pass(int ms) { clock.advance(milliseconds(ms)); }
    [[nodiscard]] std::optional<milliseconds> standstill() const {
        const auto found = watchdog.standstill();
        return found ? std::optional(found->lasts) : std::nullopt;
    }

    testing::VirtualClock clock;
    Watchdog watchdog{clock};
};

TEST_F(AWatchdog, IsNotExpectedWhereThereIsNone) {
    pass(1'000);
    EXPECT_EQ(standstill(), std::nullopt);
}

TEST_F(AWatchdog, StandsStillFromWhenWorkCame) {
    watchdog.expect();
    pass(10);
    watchdog.expect();
    pass(5);
    EXPECT_EQ(standstill(), milliseconds(15));
}

TEST_F(AWatchdog, StandsStillAnewFromEveryMove) {
    watchdog.expect();
    pass(10);
    watchdog.moved();
    pass(3);
    EXPECT_EQ(standstill(), milliseconds(3));
    watchdog.rest();
    EXPECT_EQ(standstill(), std::nullopt);
}

TEST_F(AWatchdog, RemembersWhyUntilItMoves) {
    watchdog.expect();
    watchdog.failed("no connection");
    EXPECT_EQ(watchdog.standstill()->why, "no connection");
    watchdog.moved();
    EXPECT_EQ(watchdog.standstill()->why, "");
}

}  // namespace
}  // namespace contrail
