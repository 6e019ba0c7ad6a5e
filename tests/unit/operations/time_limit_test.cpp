#include "operations/doctor/time_limit.hpp"

#include <gtest/gtest.h>

namespace contrail::operations::doctor {

using namespace std::chrono_literals;

TEST(TimeLimit, IsReachedOnceTheChecksOfAServerTookSoLong) {
    TimeLimit redis("Redis", 15s);
    EXPECT_EQ(redis.reached(), std::nullopt);
    redis.spend(14'999ms);
    EXPECT_EQ(redis.reached(), std::nullopt);
    redis.spend(5s);
    EXPECT_EQ(
        redis.reached(),
        "The checks before took 19 s, and the doctor waits 15 s for Redis. Fix what they found, and run the "
        "doctor again.");
}

}  // namespace contrail::operations::doctor
