#include "reconcile/tuple.hpp"

#include <gmock/gmock.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "same_distance.hpp"

namespace rocket_rides {

namespace {

using testing::EndsWith;

contrail::RecordId id(std::uint64_t offset) {
    return {1'700'000'000'000, {offset}};
}

Tuple tuple_with(std::vector<Tuple::Consumer> consumers) {
    return {.last_id = id(200), .total_distance = 145'847'125, .consumers = std::move(consumers)};
}

Tuple::Consumer consumer(const char* name, Match match, double total = 100, double expected = 100) {
    return {name, id(150), total, expected, match, match == Match::unknown ? "of this and that" : ""};
}

}  // namespace

TEST(ReconciledTuple, IsATableWithAVerdict) {
    EXPECT_EQ(
        to_text(
            tuple_with({consumer("consumer0", Match::agrees), consumer("consumer1", Match::differs, 105.5),
                        consumer("consumer2", Match::unknown, 7)})),
        R"(           last id                            distance (m)        expected (m)  difference (m)
rides      1700000000000-200                 145847125.000
consumer0  1700000000000-150                       100.000             100.000           0.000  agrees
consumer1  1700000000000-150                       105.500             100.000           5.500  differs
consumer2  1700000000000-150                         7.000                                      unknown: of this and that
DIFFER: 1 of 3 consumers. `rocket_rides reconcile --fix` corrects them while they run.
)");
}

TEST(ReconciledTuple, SaysWhatWasDoneAndWhatCannotBeSaid) {
    EXPECT_THAT(to_text(tuple_with({consumer("one", Match::mended), consumer("two", Match::agrees)})),
                EndsWith("Mended: 1 of 2 consumers.\n"));
    EXPECT_THAT(to_text(tuple_with({consumer("one", Match::unknown), consumer("two", Match::agrees)})),
                EndsWith("Agree: 1 of 2 consumers.\n"));
}

TEST(ReconciledTuple, HasAJsonFormOfTheSameNumbers) {
    const auto json = nlohmann::json::parse(
        to_json(tuple_with({consumer("one", Match::differs, 105.5), consumer("two", Match::unknown, 7)})));
    EXPECT_EQ(json["last_id"], "1700000000000-200");
    EXPECT_EQ(json["total_distance"], 145'847'125);
    EXPECT_EQ(json["consumers"][0], (nlohmann::json{{"name", "one"},
                                                    {"last_id", "1700000000000-150"},
                                                    {"total_distance", 105.5},
                                                    {"match", "differs"},
                                                    {"expected", 100.0},
                                                    {"difference", 5.5}}));
    EXPECT_EQ(json["consumers"][1]["why"], "of this and that");
    EXPECT_FALSE(json["consumers"][1].contains("expected"));
    EXPECT_EQ(json["agree"], false);
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
