#include "ride.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string_view>

namespace rocket_rides {

using ::testing::HasSubstr;

namespace {

contrail::Record record(const std::string& action, const std::string& data,
                        const std::string& object = "ride") {
    return {{1'700'000'000'000, contrail::Offset{7}}, action, object, data};
}

struct ChangeCase {
    const char* action;
    const char* data;
    double distance;
    double previous_distance;
};

constexpr ChangeCase change_cases[] = {
    {"create", R"({"id": 1, "distance": 539.836923415231})", 539.836923415231, 0},
    {"create", R"({"id": 1, "distance": 5})", 5, 0},
    {"create", R"({"distance": 5e2, "id": 1, "more": [1, {"x": 2}]})", 500, 0},
    {"update", R"({"id": 1, "distance": 7, "previous_distance": 5})", 7, 5},
    {"delete", R"({"id": 1, "previous_distance": 7})", 0, 7},
};

}  // namespace

TEST(ARecordOfARide, ReadsWhatARecordSaysOfARidesDistance) {
    for (const auto& expected : change_cases) {
        const auto change = read_ride(record(expected.action, expected.data));
        ASSERT_TRUE(change.has_value()) << expected.data;
        EXPECT_EQ(change->distance, expected.distance) << expected.data;
        EXPECT_EQ(change->previous_distance, expected.previous_distance) << expected.data;
    }
}

TEST(ARecordOfARide, ReadsTheRidesIdIfThereIsOne) {
    struct IdCase {
        const char* data;
        std::optional<std::int64_t> id;
    };
    constexpr IdCase id_cases[] = {
        {R"({"id": 521, "distance": 5})", 521},
        {R"({"distance": 5, "id": 9223372036854775807})", 9'223'372'036'854'775'807},
        {R"({"distance": 5})", {}},
        {R"({"id": "521", "distance": 5})", {}},
        {R"({"id": 5.5, "distance": 5})", {}},
        {R"({"id": 9223372036854775808, "distance": 5})", {}},
        {R"({"id": null, "distance": 5})", {}},
        {R"({"id": {"id": 1}, "distance": 5})", {}},
    };
    for (const auto& each : id_cases) {
        const auto change = read_ride(record("create", each.data));
        ASSERT_TRUE(change.has_value()) << each.data;
        EXPECT_EQ(change->id, each.id) << each.data;
        EXPECT_EQ(change->distance, 5) << each.data;
    }
}

TEST(ARecordOfARide, PassesOverWhatIsNoRide) {
    EXPECT_EQ(read_ride(record("create", "{}", "pilot")).has_value(), false);
}

TEST(ARecordOfARide, NamesTheRecordThatItCannotRead) {
    for (const auto& [action, data] : {std::pair{"create", "{}"},
                                       {"create", R"({"distance": "5"})"},
                                       {"create", R"({"distance": null})"},
                                       {"create", R"({"distance": 1.8e308})"},
                                       {"create", R"({"distance": 1e400})"},
                                       {"update", R"({"distance": 7, "previous_distance": -1})"},
                                       {"create", "[]"},
                                       {"create", "{"},
                                       {"create", ""},
                                       {"update", R"({"distance": 7})"},
                                       {"launch", R"({"distance": 7})"}}) {
        try {
            read_ride(record(action, data));
            ADD_FAILURE() << "read " << action << " " << data;
        } catch (const std::runtime_error& error) {
            EXPECT_THAT(error.what(), HasSubstr("1700000000000-7"));
        }
    }
}

TEST(Distance, IsADecimalNumberAndNothingElse) {
    const CheckedDistance rubbish = be_a_number;
    const CheckedDistance negative = not_be_negative;
    const CheckedDistance too_long = not_be_too_long;
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
    EXPECT_EQ(check_distance(std::nextafter(distance_max, infinity)), Checked(not_be_too_long));
    EXPECT_EQ(check_distance(-1.0), Checked(not_be_negative));
    EXPECT_EQ(check_distance(infinity), Checked(be_a_number));
    EXPECT_EQ(check_distance(std::numeric_limits<double>::quiet_NaN()), Checked(be_a_number));
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

TEST(SameDistance, LetsRoundingPassAndNothingElse) {
    struct Case {
        const char* what;
        double left, right;
        std::uint64_t additions;
        bool same;
    };
    constexpr double infinity = std::numeric_limits<double>::infinity();
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    constexpr Case cases[] = {
        {"equal", 1e10, 1e10, 1, true},
        {"a metre", 1e10, 1e10 + 1, 1'000, false},
        {"rounding of a thousand additions", 1e10, 1e10 + 2e-3, 1'000, true},
        {"a millimetre", 5, 5.0009, 1, true},
        {"two millimetres", 5, 5.002, 1, false},
        {"overwritten by hand with nonsense", infinity, 5, 1'000, false},
        {"on either side", 5, nan, 1'000, false},
    };
    for (const Case& each : cases)
        EXPECT_EQ(same_distance(each.left, each.right, each.additions), each.same) << each.what;
}

}  // namespace rocket_rides
