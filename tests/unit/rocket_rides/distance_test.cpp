#include "distance/distance.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string_view>

namespace rocket_rides {

TEST(Distance, IsADecimalNumberAndNothingElse) {
    const CheckedDistance rubbish = DistanceFault::not_a_number;
    const CheckedDistance negative = DistanceFault::negative;
    const CheckedDistance too_long = DistanceFault::too_long;
    const struct {
        std::string_view text;
        CheckedDistance distance;
    } cases[] = {
        {"0", 0.0},
        {"5", 5.0},
        {"5.", 5.0},
        {".5", 0.5},
        {"007", 7.0},
        {"1e3", 1000.0},
        {"1E-3", 0.001},
        {"539.836923415231", 539.836923415231},
        {"1000000000", 1e9},

        {"1000000000.1", too_long},
        {"1e400", too_long},
        {"1e-400", too_long},
        {"-5", negative},
        {"-0", negative},
        {"-1e400", negative},

        {"", rubbish},
        {" ", rubbish},
        {" 5", rubbish},
        {"5 ", rubbish},
        {"5\n", rubbish},
        {std::string_view("5\0", 2), rubbish},
        {"+5", rubbish},
        {"--5", rubbish},
        {"5m", rubbish},
        {"5,5", rubbish},
        {"1_000", rubbish},
        {"1e", rubbish},
        {".", rubbish},
        {"0x10", rubbish},
        {"0x1p3", rubbish},
        {"NaN", rubbish},
        {"nan(1)", rubbish},
        {"inf", rubbish},
        {"-inf", rubbish},
        {"Infinity", rubbish},
        {"٥", rubbish},
        {"five", rubbish},
    };
    for (const auto& [text, distance] : cases)
        EXPECT_EQ(parse_distance(text), distance) << "'" << text << "'";
}

TEST(Distance, IsHeldToTheSameBoundsWhenItIsANumberAlready) {
    using Checked = CheckedDistance;
    const double infinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(check_distance(distance_max), Checked(distance_max));
    EXPECT_EQ(check_distance(std::nextafter(distance_max, infinity)), Checked(DistanceFault::too_long));
    EXPECT_EQ(check_distance(-1.0), Checked(DistanceFault::negative));
    EXPECT_EQ(check_distance(infinity), Checked(DistanceFault::not_a_number));
    EXPECT_EQ(check_distance(std::numeric_limits<double>::quiet_NaN()), Checked(DistanceFault::not_a_number));
}

TEST(Distance, SurvivesBeingWrittenAndReadBitByBit) {
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> distances(0.0, 1000.0);
    for (int i = 0; i < 10'000; ++i) {
        const double distance = distances(random);
        EXPECT_EQ(parse_distance(distance_text(distance)), CheckedDistance(distance));
    }
}

TEST(Distance, IsWrittenSoThatAFormNeedNotEncodeIt) {
    EXPECT_EQ(distance_text(1e9), "1e09");
    EXPECT_EQ(distance_text(1e-9), "1e-09");
    EXPECT_EQ(parse_distance("1e09"), CheckedDistance(1e9));
}

TEST(Distance, IsRoundedAsRubyRoundsIt) {
    const struct {
        double distance;
        std::string_view text;
    } cases[] = {
        {0.0, "0.0"},
        {5.0, "5.0"},
        {123.0, "123.0"},
        {539.836923415231, "539.8"},
        {0.05, "0.1"},
        {0.25, "0.3"},
        {0.35, "0.4"},
        {2.675, "2.7"},
        {0.04999999999999999, "0.0"},
        {0.15, "0.2"},
        {999.95, "1000.0"},
        {1e9, "1000000000.0"},
        {257721.65, "257721.7"},
    };
    for (const auto& [distance, text] : cases) {
        EXPECT_EQ(rounded_distance_text(distance), text);
    }
}

}  // namespace rocket_rides
