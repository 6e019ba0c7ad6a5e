#include "verify/report.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "verify/report_text.hpp"

namespace rocket_rides {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

constexpr std::uint64_t sealed_ms = 1'700'000'000'000;

contrail::RecordId id(std::uint64_t offset) {
    return {sealed_ms, {offset}};
}

/// 200 rides, 200 records staged and logged, and the consumers given.
Report report_with(double sum, std::vector<Report::Consumer> consumers) {
    return {.rides = {.count = 200, .sum = sum},
            .log = {.head = id(200), .records = 200},
            .staged = {200},
            .consumers = std::move(consumers)};
}

TEST(Report, JudgesAConsumerByRidesThatItHasAllConsumed) {
    struct Case {
        const char* what;
        double sum;
        std::uint64_t offset;
        double total;
        Standing standing;
    };
    constexpr Case cases[] = {
        {"level and equal", 145'847'125, 200, 145'847'125, Standing::agrees},
        {"a metre is missing", 145'847'125, 200, 145'847'124, Standing::disagrees},
        {"a metre too much", 145'847'125, 200, 145'847'126, Standing::disagrees},
        {"rounding in another order", 100'000.1, 200, 100'000.1 + 1e-10, Standing::agrees},
        {"what rounding of changed rides leaves", 0, 200, 1e-7, Standing::agrees},
        {"one record behind, and so not judged", 145'847'125, 199, 145'846'000, Standing::behind},
        {"no rides left", 0, 200, 0, Standing::agrees},
    };
    for (const Case& each : cases) {
        const Report report = report_with(each.sum, {{"one", id(each.offset), each.total}});
        EXPECT_EQ(standing(report, report.consumers[0]), each.standing) << each.what;
        EXPECT_EQ(agree(report), each.standing != Standing::disagrees) << each.what;
    }
}

TEST(Report, DoesNotJudgeWhileRecordsAreStagedThatTheLogHasNotGot) {
    Report report = report_with(1'000, {{"one", id(200), 900}});
    report.staged = {201};
    EXPECT_EQ(standing(report, report.consumers[0]), Standing::behind);
    EXPECT_EQ(report.unsent_records(), 1U);
}

TEST(Report, HoldsTwoConsumersAtTheSameRecordAgainstEachOtherWhereverThatIs) {
    const Report report =
        report_with(1'000, {{"one", id(150), 700}, {"two", id(150), 705}, {"three", id(149), 695}});
    EXPECT_EQ(standing(report, report.consumers[0]), Standing::disagrees);
    EXPECT_EQ(standing(report, report.consumers[1]), Standing::disagrees);
    EXPECT_EQ(standing(report, report.consumers[2]), Standing::behind);
    EXPECT_FALSE(agree(report));
}

TEST(Report, TakesAConsumerThatHasNoCheckpointAsLevelOnlyIfNothingWasStaged) {
    Report report = report_with(1'000, {});
    EXPECT_FALSE(is_level(report, "one"));
    report.staged = {};
    EXPECT_TRUE(is_level(report, "one"));
}

TEST(Report, CountsTheLagFromTheLogsHead) {
    Report report = report_with(1'000, {{"one", id(150), 700}});
    EXPECT_EQ(report.lag_records(report.consumers[0]), 50U);
    report.log.head = id(100);  // the log has lost records
    EXPECT_EQ(report.lag_records(report.consumers[0]), 0U);
    EXPECT_EQ(report.unsent_records(), 100U);
}

TEST(ReportText, IsATableWithAVerdict) {
    const Report report =
        report_with(145'847'125, {{"consumer0", id(200), 145'847'125}, {"consumer1", id(150), 7}});
    EXPECT_EQ(to_text(report),
              R"(           last id                          records        distance (m)          lag
rides                                           200       145847125.000
log        1700000000000-200                    200
consumer0  1700000000000-200                              145847125.000            0  agrees
consumer1  1700000000000-150                                      7.000           50  behind
Agree: 1 of 2 consumers have consumed every ride, and their totals are the rides' sum.
)");
}

TEST(ReportText, SaysWhatIsWrongAndWhatCannotBeSaid) {
    EXPECT_THAT(to_text(report_with(5, {{"one", id(200), 6}})), EndsWith("DISAGREE: 1 of 1 consumers.\n"));
    EXPECT_THAT(to_text(report_with(5, {{"one", id(9), 6}})), EndsWith("there is nothing to compare yet.\n"));
}

TEST(ReportText, HasAJsonFormOfTheSameNumbers) {
    const auto json = nlohmann::json::parse(to_json(report_with(0.1, {{"one", id(150), 0.2}})));
    EXPECT_EQ(json["rides"]["count"], 200);
    EXPECT_EQ(json["rides"]["sum"], 0.1);
    EXPECT_EQ(json["log"]["head"], "1700000000000-200");
    EXPECT_EQ(json["log"]["records"], 200);
    EXPECT_EQ(json["consumers"][0]["name"], "one");
    EXPECT_EQ(json["consumers"][0]["last_id"], "1700000000000-150");
    EXPECT_EQ(json["consumers"][0]["total_distance"], 0.2);
    EXPECT_EQ(json["consumers"][0]["lag_records"], 50);
    EXPECT_EQ(json["agree"], true);
}

}  // namespace
}  // namespace rocket_rides
