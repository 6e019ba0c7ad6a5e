#include "metrics/progress.hpp"

#include <gtest/gtest.h>

#include "testing/virtual_clock.hpp"

namespace contrail::metrics {
namespace {

using std::chrono::milliseconds;

class ProgressOfWork : public ::testing::Test {
protected:
    void pass(int ms) { clock.advance(milliseconds(ms)); }
    [[nodiscard]] std::optional<milliseconds> standstill() const {
        const auto found = progress.standstill();
        return found ? std::optional(found->lasts) : std::nullopt;
    }

    testing::VirtualClock clock;
    Progress progress{clock};
};

TEST_F(ProgressOfWork, IsNotExpectedWhereThereIsNone) {
    pass(1'000);
    EXPECT_EQ(standstill(), std::nullopt);
}

TEST_F(ProgressOfWork, StandsStillFromWhenWorkCame) {
    progress.expect();
    pass(10);
    progress.expect();
    pass(5);
    EXPECT_EQ(standstill(), milliseconds(15));
}

TEST_F(ProgressOfWork, StandsStillAnewFromEveryMove) {
    progress.expect();
    pass(10);
    progress.moved();
    pass(3);
    EXPECT_EQ(standstill(), milliseconds(3));
    progress.rest();
    EXPECT_EQ(standstill(), std::nullopt);
}

TEST_F(ProgressOfWork, RemembersWhyUntilItMoves) {
    progress.expect();
    progress.failed("no connection");
    EXPECT_EQ(progress.standstill()->why, "no connection");
    progress.moved();
    EXPECT_EQ(progress.standstill()->why, "");
}

}  // namespace
}  // namespace contrail::metrics
