#include "bench/report/results.hpp"

#include <gtest/gtest.h>

#include "contrail/error.hpp"

namespace contrail::bench {

namespace {

Results two_series() {
    return {"1.2.3",
            {"2026-11-25 10:00 UTC", "a processor", 2, 7.5, "Linux", 0.1, "15.20", "7.0.15"},
            "Private servers.",
            {{"growth",
              "backlogs",
              {"A note."},
              {{"10^4", "bare", "records/s", {}, 10'000, {100, 120}},
               {"10^4", "ours", "records/s", {{"bare"}}, {}, {90, 110}},
               {"10^5", "ours", "records/s", {{"ours", "10^4"}}, {}, {80}}}}}};
}

}  // namespace

TEST(Results, IsTheSameAfterItWasWrittenAndRead) {
    const std::string written = to_json(two_series());
    const Results read = results_from_json(written);
    EXPECT_EQ(to_json(read), written);
    EXPECT_EQ(read.machine.processor, "a processor");
    ASSERT_EQ(read.benchmarks.size(), 1U);
    EXPECT_EQ(read.benchmarks[0].series[0].x, 10'000);
    EXPECT_EQ(read.benchmarks[0].series[2].limit->setting, "10^4");
    EXPECT_EQ(read.benchmarks[0].series[1].values, (std::vector<double>{90, 110}));
}

TEST(Results, KnowsWhatWasMeasured) {
    EXPECT_NE(find(two_series(), "growth"), nullptr);
    EXPECT_EQ(find(two_series(), "relay"), nullptr);
}

TEST(Results, TakesInANewerResultOfABenchmark) {
    Results all = two_series();
    replace(all, {.benchmark = "growth", .what = "newer"});
    replace(all, {.benchmark = "relay", .what = "another"});
    ASSERT_EQ(all.benchmarks.size(), 2U);
    EXPECT_EQ(all.benchmarks[0].what, "newer");
    EXPECT_EQ(all.benchmarks[1].benchmark, "relay");
}

TEST(Results, IsNotReadFromAnythingElse) {
    for (const char* text : {"", "{", "{}", "[]", R"({"contrail": "1.2.3", "machine": {}})"})
        EXPECT_THROW(results_from_json(text), Error) << text;
}

}  // namespace contrail::bench
