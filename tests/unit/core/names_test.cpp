#include "contrail/names.hpp"

#include <gtest/gtest.h>

#include "contrail/error.hpp"

namespace contrail {

TEST(ConsumerName, TakesLettersDigitsDotsUnderscoresAndHyphens) {
    EXPECT_EQ(ConsumerName("total-distance_0.v2").str(), "total-distance_0.v2");
    EXPECT_EQ(ConsumerName(std::string(128, 'x')).str().size(), 128U);
}

TEST(ConsumerName, RefusesTheRest) {
    for (const auto& name : {std::string(), std::string("two words"), std::string("naïve"),
                             std::string("a\nb"), std::string("a\0b", 3), std::string(129, 'x')}) {
        EXPECT_THROW(ConsumerName{name}, Error) << name;
    }
}

TEST(StreamName, TakesAnyPrintableAsciiWithoutSpaces) {
    EXPECT_EQ(StreamName("{rides}:log/1").str(), "{rides}:log/1");
    EXPECT_THROW(StreamName{""}, Error);
    EXPECT_THROW(StreamName{"rocket rides"}, Error);
    EXPECT_THROW(StreamName{std::string(256, 'x')}, Error);
}

}  // namespace contrail
