#include "reconcile.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace rocket_rides {

namespace {

using testing::EndsWith;

contrail::RecordId id(std::uint64_t offset) {
    return {1'700'000'000'000, {offset}};
}

Comparison comparison_with(std::vector<Comparison::Consumer> consumers) {
    return {.last_id = id(200), .total_distance = 145'847'125, .consumers = std::move(consumers)};
}

Comparison::Consumer consumer(const char* name, Match match, double total = 100, double expected = 100) {
    return {name, id(150), total, expected, match, match == Match::unknown ? "of a reason" : ""};
}

}  // namespace

TEST(AComparison, IsATableWithAVerdict) {
    EXPECT_EQ(
        to_text(comparison_with({consumer("consumer0", Match::agrees),
                                 consumer("consumer1", Match::differs, 105.5),
                                 consumer("consumer2", Match::unknown, 7)})),
        R"(           last id                            distance (m)        expected (m)  difference (m)
rides      1700000000000-200                 145847125.000
consumer0  1700000000000-150                       100.000             100.000           0.000  agrees
consumer1  1700000000000-150                       105.500             100.000           5.500  differs
consumer2  1700000000000-150                         7.000                                      unknown: of a reason
DIFFER: 1 of 3 consumers. `rocket_rides reconcile --fix` corrects them while they run.
)");
}

TEST(AComparison, SaysWhatWasDoneAndWhatCannotBeSaid) {
    EXPECT_THAT(to_text(comparison_with({consumer("one", Match::corrected), consumer("two", Match::agrees)})),
                EndsWith("Corrected: 1 of 2 consumers.\n"));
    EXPECT_THAT(to_text(comparison_with({consumer("one", Match::unknown), consumer("two", Match::agrees)})),
                EndsWith("Agree: 1 of 2 consumers.\n"));
}

TEST(AComparison, HasAJsonFormOfTheSameNumbers) {
    const auto json = nlohmann::json::parse(to_json(
        comparison_with({consumer("one", Match::differs, 105.5), consumer("two", Match::unknown, 7)})));
    EXPECT_EQ(json["last_id"], "1700000000000-200");
    EXPECT_EQ(json["total_distance"], 145'847'125);
    EXPECT_EQ(json["consumers"][0], (nlohmann::json{{"name", "one"},
                                                    {"last_id", "1700000000000-150"},
                                                    {"total_distance", 105.5},
                                                    {"match", "differs"},
                                                    {"expected", 100.0},
                                                    {"difference", 5.5}}));
    EXPECT_EQ(json["consumers"][1]["why"], "of a reason");
    EXPECT_FALSE(json["consumers"][1].contains("expected"));
    EXPECT_EQ(json["agree"], false);
}

}  // namespace rocket_rides
