#include "ride_change.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(RideReader, ReadsWhatARecordSaysOfARidesDistance) {
    RideReader rides;
    for (const auto& expected : change_cases) {
        const auto change = rides.read(record(expected.action, expected.data));
        ASSERT_TRUE(change.has_value()) << expected.data;
        EXPECT_EQ(change->distance, expected.distance) << expected.data;
        EXPECT_EQ(change->previous_distance, expected.previous_distance) << expected.data;
    }
}

TEST(RideReader, ReadsTheRidesIdIfThereIsOne) {
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
    RideReader rides;
    for (const auto& each : id_cases) {
        const auto change = rides.read(record("create", each.data));
        ASSERT_TRUE(change.has_value()) << each.data;
        EXPECT_EQ(change->id, each.id) << each.data;
        EXPECT_EQ(change->distance, 5) << each.data;
    }
}

TEST(RideReader, PassesOverWhatIsNoRide) {
    EXPECT_EQ(RideReader().read(record("create", "{}", "pilot")).has_value(), false);
}

TEST(RideReader, NamesTheRecordThatItCannotRead) {
    RideReader rides;
    for (const auto& [action, data] : {std::pair{"create", "{}"},
                                       {"create", R"({"distance": "5"})"},
                                       {"create", R"({"distance": null})"},
                                       {"create", "[]"},
                                       {"create", "{"},
                                       {"create", ""},
                                       {"update", R"({"distance": 7})"},
                                       {"launch", R"({"distance": 7})"}}) {
        try {
            rides.read(record(action, data));
            ADD_FAILURE() << "read " << action << " " << data;
        } catch (const std::runtime_error& error) {
            EXPECT_THAT(error.what(), HasSubstr("1700000000000-7"));
        }
    }
}

}  // namespace rocket_rides
