#include "bench/report/projection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace contrail::bench {

using ::testing::HasSubstr;

namespace {

constexpr auto share = "% of a processor";

Series series(const std::string& setting, const std::string& subject, const std::string& unit, double value) {
    return {setting, subject, unit, {}, {}, {value}};
}

Results measured() {
    const Result fleet{
        .benchmark = "end-to-end",
        .what = "",
        .series = {series("idle", "streamer", share, 0.5), series("idle", "each consumer", share, 0.25),
                   series("idle", "PostgreSQL", share, 0.5), series("idle", "Redis", share, 0.5),
                   series("at most", "streamer", "MiB", 12), series("at most", "each consumer", "MiB", 10)}};
    const Result paced{.benchmark = "latency",
                       .what = "",
                       .series = {series("1,000 rides/s", "streamer", share, 10),
                                  series("1,000 rides/s", "each consumer", share, 5),
                                  series("1,000 rides/s", "PostgreSQL", share, 40),
                                  series("1,000 rides/s", "Redis", share, 7)}};
    return {"", {}, "", {fleet, paced}};
}

}  // namespace

TEST(Projection, MultipliesWhatADatabaseWithTwoConsumersCosts) {
    const std::string table = projection(measured());
    EXPECT_THAT(table, HasSubstr("| 1 | 0.02 | 0.20 | 0.40 | 0.07, 1 server | 32.0 MiB |\n"));
    EXPECT_THAT(table, HasSubstr("| 1,000 | 20.0 | 200 | 400 | 70.0, 100 servers | 31.2 GiB |\n"));
}

TEST(Projection, IsEmptyWhereItsGroundsWereNotMeasured) {
    Results results = measured();
    results.benchmarks.pop_back();
    EXPECT_EQ(projection(results), "");
}

}  // namespace contrail::bench
