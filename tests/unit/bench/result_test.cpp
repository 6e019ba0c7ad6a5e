#include "bench/result.hpp"

#include <gtest/gtest.h>

#include "bench/figures.hpp"

namespace contrail::bench {

TEST(Spread, IsOfTheMiddleAndTheEnds) {
    const auto odd = spread({3, 1, 2});
    EXPECT_EQ(odd.median, 2);
    EXPECT_EQ(odd.min, 1);
    EXPECT_EQ(odd.max, 3);
    EXPECT_EQ(spread({4, 1, 2, 3}).median, 2.5);
    EXPECT_EQ(spread({7}).median, 7);
}

TEST(Ratio, IsTakenRunByRun) {
    const Result result{.benchmark = "relay",
                        .what = "",
                        .series = {{"a", "bare", "records/s", {}, {}, {100, 10, 100}},
                                   {"a", "ours", "records/s", {{"bare"}}, {}, {90, 9, 80}}}};
    const auto reached = ratio(result.series[1], result);
    ASSERT_TRUE(reached);
    EXPECT_DOUBLE_EQ(reached->median, 0.9);
    EXPECT_DOUBLE_EQ(reached->min, 0.8);
    EXPECT_DOUBLE_EQ(reached->max, 0.9);
    EXPECT_FALSE(ratio(result.series[0], result)) << "a limit has none itself";
}

TEST(Ratio, IsToTheSeriesOfTheSameSettingUnlessAnotherIsNamed) {
    const Result result{.benchmark = "growth",
                        .what = "",
                        .series = {{"short", "ours", "records/s", {}, {}, {100}},
                                   {"long", "bare", "records/s", {}, {}, {200}},
                                   {"long", "ours", "records/s", {{"ours", "short"}}, {}, {50}},
                                   {"long", "theirs", "records/s", {{"bare"}}, {}, {50}},
                                   {"long", "lonely", "records/s", {{"missing"}}, {}, {50}}}};
    EXPECT_DOUBLE_EQ(ratio(result.series[2], result)->median, 0.5);
    EXPECT_DOUBLE_EQ(ratio(result.series[3], result)->median, 0.25);
    EXPECT_FALSE(ratio(result.series[4], result));
}

TEST(Figures, HaveAsManyDigitsAsSaySomething) {
    const std::pair<double, const char*> cases[] = {{331'204.4, "331,204"}, {1'000, "1,000"}, {999.4, "999"},
                                                    {87.54, "87.5"},        {0.934, "0.93"},  {0, "0.00"}};
    for (const auto& [value, expected] : cases) EXPECT_EQ(figure(value), expected);
}

}  // namespace contrail::bench
