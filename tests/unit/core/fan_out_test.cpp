#include "contrail/fan_out.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace contrail {

using ::testing::ElementsAre;

TEST(FanOut, PassesEachEventToAllListenersInTheirOrder) {
    std::vector<std::string> told;
    const auto both = fan_out<std::string>({
        [&](const std::string& event) { told.push_back("one: " + event); },
        [&](const std::string& event) { told.push_back("other: " + event); },
    });
    both("located");
    both("committed");
    EXPECT_THAT(told, ElementsAre("one: located", "other: located", "one: committed", "other: committed"));
}

}  // namespace contrail
