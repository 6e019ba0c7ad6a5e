#include "core/require.hpp"

#include <gtest/gtest.h>

namespace contrail {

namespace {

TEST(Require, ReturnsWhereTheInvariantHolds) {
    require(1 < 2, "one is less than two");
}

TEST(RequireDeathTest, AbortsWithFilePlaceWordsAndValues) {
    EXPECT_DEATH(require(false, "offsets rise", 7, "after", 8),
                 "require_test.cpp:[0-9]+: broken invariant: offsets rise; values: 7 after 8\\.");
}

}  // namespace

}  // namespace contrail
