#include "postgres/snapshot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace contrail::postgres {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Snapshot, IsReadFromItsText) {
    const Snapshot idle = Snapshot::parse("740:740:");
    EXPECT_EQ(idle.xmin, 740U);
    EXPECT_EQ(idle.xmax, 740U);
    EXPECT_THAT(idle.under_way, IsEmpty());

    const Snapshot busy = Snapshot::parse("4294967300:4294967310:4294967300,4294967305");
    EXPECT_EQ(busy.xmin, 4'294'967'300U);
    EXPECT_EQ(busy.xmax, 4'294'967'310U);
    EXPECT_THAT(busy.under_way, ElementsAre(4'294'967'300U, 4'294'967'305U));
}

struct Ended {
    std::uint64_t xid;
    std::string before;
    std::string now;
    bool only;
};

TEST(Snapshot, TellsWhetherOneTransactionAloneHasEnded) {
    const Ended cases[] = {
        {10, "10:10:", "11:11:", true},       {10, "10:10:", "10:10:", false},  // it runs
        {10, "10:10:", "12:12:", false},                                        // 11 too
        {10, "10:10:", "10:12:10", false},                                      // 11, and not 10
        {10, "10:10:", "11:13:11", false},                                      // 12 too
        {10, "5:10:5,7", "5:11:5,7", true},                                     // others run on
        {10, "5:10:5,7", "7:11:7", false},                                      // 5 too
        {10, "5:10:5,7", "5:11:5", false},                                      // 7 too
        {12, "10:10:", "10:13:10,11", true},   // 10 and 11 began in between, and run
        {12, "10:10:", "11:13:11", false},     // 10 too
        {12, "10:10:", "10:13:10", false},     // 11 too
        {12, "10:10:", "13:13:", false},       // both
        {12, "5:10:5", "10:13:10,11", false},  // 5 too
        {12, "5:10:5", "5:13:5,10,11", true}, {12, "5:10:5", "5:13:5,11", false},  // 10 too
        {9, "10:10:", "10:10:", false},                                            // it had an id before
    };
    for (const auto& [xid, before, now, only] : cases)
        EXPECT_EQ(only_ended(xid, Snapshot::parse(before), Snapshot::parse(now)), only)
            << before << " " << now;
}

}  // namespace contrail::postgres
