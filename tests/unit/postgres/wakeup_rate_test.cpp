#include "postgres/wakeup_rate.hpp"

#include <gtest/gtest.h>

namespace contrail::postgres {

using namespace std::chrono_literals;

constexpr WakeupRate::Time start{1000s};

TEST(WakeupRate, IsQuietAtASteadyRateBelowItsBound) {
    WakeupRate rate;
    auto now = start;
    for (int transaction = 0; transaction < 10'000; ++transaction, now += 11ms) {
        rate.add(1, now);
        ASSERT_FALSE(rate.is_busy(now)) << transaction;
    }
}

TEST(WakeupRate, IsBusyOnceSomeMoreThanItsBoundHaveCome) {
    WakeupRate rate;
    auto now = start;
    int transactions = 0;
    for (; !rate.is_busy(now); now += 1ms, ++transactions) rate.add(1, now);
    // Of 1,000 a second, 900 stay in the bucket.
    EXPECT_NEAR(transactions, WakeupRate::capacity * 1000 / 900, 2);
}

TEST(WakeupRate, IsBusyUntilNoneCameForASecond) {
    WakeupRate rate;
    rate.add(5'000, start);
    EXPECT_TRUE(rate.is_busy(start));
    EXPECT_TRUE(rate.is_busy(start + 999ms)) << "one burst fills the bucket and no more";
    EXPECT_FALSE(rate.is_busy(start + 1s));
    rate.add(1, start + 1s);
    EXPECT_FALSE(rate.is_busy(start + 1s));
}

}  // namespace contrail::postgres
