#include "status/latency_window.hpp"

#include <gtest/gtest.h>

namespace contrail::status {

using namespace std::chrono_literals;

TEST(LatencyWindow, KnowsNothingBeforeAnythingWasNoted) {
    EXPECT_EQ(LatencyWindow().percentile(1s, 0.5), std::nullopt);
}

TEST(LatencyWindow, TellsHowLongMostRecordsTook) {
    LatencyWindow window;
    window.add(1s, 98, 2, 2);
    window.add(1s, 2, 500, 500);
    EXPECT_NEAR(window.percentile(1s, 0.5).value(), 2.5, 0.1);
    EXPECT_NEAR(window.percentile(1s, 0.99).value(), 500, 32);
}

TEST(LatencyWindow, IsRightToAnEighthWhateverTheDuration) {
    for (const std::uint64_t ms : {0U, 1U, 7U, 8U, 9U, 100U, 1'023U, 1'024U, 60'000U, 86'400'000U}) {
        LatencyWindow window;
        window.add(1s, 1, ms, ms);
        const auto found = window.percentile(1s, 1).value();
        EXPECT_GE(found, static_cast<double>(ms));
        EXPECT_LE(found, static_cast<double>(ms) * 1.125 + 1) << ms;
    }
}

TEST(LatencyWindow, SpreadsABatchBetweenItsFirstAndItsLastRecord) {
    LatencyWindow window;
    window.add(1s, 1'000, 100, 300);
    EXPECT_NEAR(window.percentile(1s, 0.0).value(), 100, 5);
    EXPECT_NEAR(window.percentile(1s, 0.5).value(), 200, 8);
    EXPECT_NEAR(window.percentile(1s, 1.0).value(), 300, 25);
}

TEST(LatencyWindow, CountsEveryRecordOfABatchOnce) {
    LatencyWindow window;
    window.add(1s, 3, 0, 10'000);  // fewer records than steps in between
    window.add(1s, 7, 20'000, 20'000);
    EXPECT_LE(window.percentile(1s, 0.3).value(), 11'250) << "three of ten";
    EXPECT_GE(window.percentile(1s, 0.31).value(), 18'000) << "and seven";
}

TEST(LatencyWindow, TakesLongerThanItCanTellForTheLongestThatItCan) {
    LatencyWindow window;
    window.add(1s, 5, 1, std::uint64_t{1} << 60U);
    EXPECT_LE(window.percentile(1s, 1).value(), 4'294'967'296.0);
}

TEST(LatencyWindow, ForgetsAfterTenSeconds) {
    LatencyWindow window;
    window.add(5s, 1, 700, 700);
    EXPECT_TRUE(window.percentile(14s + 999ms, 0.5));
    EXPECT_FALSE(window.percentile(15s, 0.5));
    window.add(15s, 1, 2, 2);  // in the place of the second that was forgotten
    EXPECT_NEAR(window.percentile(15s, 0.99).value(), 3, 0.1);
}

}  // namespace contrail::status
