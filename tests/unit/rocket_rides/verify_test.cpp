#include "verify.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace rocket_rides {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

constexpr std::uint64_t sealed_ms = 1'700'000'000'000;

contrail::RecordId id_of(std::uint64_t offset) {
    return {sealed_ms, {offset}};
}

/// 200 rides, 200 records staged and logged, and the consumers given.
Verdict verdict_with(double sum, std::vector<Verdict::Consumer> consumers) {
    return {.rides = {.count = 200, .sum = sum, .digest = {}},
            .log = {.head = id_of(200), .records = 200},
            .staged = {200},
            .consumers = std::move(consumers),
            .warehouses = {}};
}

TEST(AVerdict, JudgesAConsumerByRidesThatItHasAllConsumed) {
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
        const Verdict verdict = verdict_with(each.sum, {{"one", id_of(each.offset), each.total}});
        EXPECT_EQ(standing(verdict, verdict.consumers[0]), each.standing) << each.what;
        EXPECT_EQ(agree(verdict), each.standing != Standing::disagrees) << each.what;
    }
}

TEST(AVerdict, DoesNotJudgeWhileRecordsAreStagedThatTheLogHasNotGot) {
    Verdict verdict = verdict_with(1'000, {{"one", id_of(200), 900}});
    verdict.staged = {201};
    EXPECT_EQ(standing(verdict, verdict.consumers[0]), Standing::behind);
    EXPECT_EQ(verdict.unsent_records(), 1U);
}

TEST(AVerdict, HoldsTwoConsumersAtTheSameRecordAgainstEachOtherWhereverThatIs) {
    const Verdict verdict =
        verdict_with(1'000, {{"one", id_of(150), 700}, {"two", id_of(150), 705}, {"three", id_of(149), 695}});
    EXPECT_EQ(standing(verdict, verdict.consumers[0]), Standing::disagrees);
    EXPECT_EQ(standing(verdict, verdict.consumers[1]), Standing::disagrees);
    EXPECT_EQ(standing(verdict, verdict.consumers[2]), Standing::behind);
    EXPECT_FALSE(agree(verdict));
}

/// A consumer whose two segments are at these offsets. Its totals add up to the rides'.
Verdict::Consumer split_at(std::uint64_t first, std::uint64_t second) {
    return {.name = "split",
            .last_id = id_of(std::min(first, second)),
            .total_distance = 1'000,
            .segments = {{{0, 2}, id_of(first), 400}, {{1, 2}, id_of(second), 600}}};
}

TEST(AVerdict, AddsUpTheTotalsOfSegmentsWhereAllAreAtOneRecord) {
    const Verdict level = verdict_with(1'000, {split_at(200, 200)});
    EXPECT_EQ(standing(level, level.consumers[0]), Standing::agrees);
    EXPECT_TRUE(is_level(level, "split"));

    const Verdict wrong = verdict_with(1'001, {split_at(200, 200)});
    EXPECT_EQ(standing(wrong, wrong.consumers[0]), Standing::disagrees);

    const Verdict before = verdict_with(2'000, {split_at(150, 150), {"other", id_of(150), 1'001}});
    EXPECT_EQ(standing(before, before.consumers[0]), Standing::disagrees) << "another one at this record";
}

TEST(AVerdict, HasNoTotalOfSegmentsThatAreApart) {
    const Verdict apart = verdict_with(2'000, {split_at(150, 200), {"other", id_of(150), 700}});
    EXPECT_EQ(standing(apart, apart.consumers[0]), Standing::behind);
    EXPECT_EQ(standing(apart, apart.consumers[1]), Standing::behind) << "nothing to compare with";
    EXPECT_FALSE(is_level(apart, "split"));
    EXPECT_THAT(
        to_text(apart),
        HasSubstr("behind: its segments are at offsets 150 to 200, so it has no total at one record"));
    const auto json = nlohmann::json::parse(to_json(apart))["consumers"][0];
    EXPECT_TRUE(json["total_distance"].is_null());
    EXPECT_EQ(json["segments"][1]["segment"], "1/2");
    EXPECT_EQ(json["segments"][1]["last_id"], id_of(200).to_string());
    EXPECT_EQ(json["segments"][1]["total_distance"], 600);
}

TEST(AVerdict, TakesAConsumerThatHasNoCheckpointAsLevelOnlyIfNothingWasStaged) {
    Verdict verdict = verdict_with(1'000, {});
    EXPECT_FALSE(is_level(verdict, "one"));
    verdict.staged = {};
    EXPECT_TRUE(is_level(verdict, "one"));
}

TEST(AVerdict, CountsTheLagFromTheLogsHead) {
    Verdict verdict = verdict_with(1'000, {{"one", id_of(150), 700}});
    EXPECT_EQ(verdict.lag_records(verdict.consumers[0].last_id), 50U);
    verdict.log.head = id_of(100);  // the log has lost records
    EXPECT_EQ(verdict.lag_records(verdict.consumers[0].last_id), 0U);
    EXPECT_EQ(verdict.unsent_records(), 100U);
}

/// The same, where a warehouse shows `contents` at a checkpoint.
Verdict with_warehouse(std::uint64_t checkpoint, std::optional<WarehouseContents> contents) {
    Verdict verdict = verdict_with(1'000, {});
    verdict.rides.digest = 0xABC;
    verdict.warehouses.push_back({.name = "warehouse",
                                  .last_id = id_of(checkpoint),
                                  .file = "/data/warehouse.sqlite",
                                  .contents = contents,
                                  .unreadable = contents ? "" : "Cannot open it."});
    return verdict;
}

constexpr WarehouseContents all_rides{
    .last_id = {sealed_ms, {200}}, .count = 200, .sum = 1'000, .digest = 0xABC};

TEST(AVerdict, JudgesAWarehouseByRidesThatAreTheSameOneForOne) {
    struct Case {
        const char* what;
        std::uint64_t checkpoint;
        WarehouseContents contents;
        Standing standing;
    };
    const auto with = [](auto change) {
        WarehouseContents contents = all_rides;
        change(contents);
        return contents;
    };
    const Case cases[] = {
        {"level and equal", 200, all_rides, Standing::agrees},
        {"a ride is missing", 200, with([](auto& all) { all.count = 199; }), Standing::disagrees},
        {"a distance is another", 200, with([](auto& all) { all.sum = 999; }), Standing::disagrees},
        {"two distances are exchanged", 200, with([](auto& all) { all.digest = 0xABD; }),
         Standing::disagrees},
        {"rounding in another order", 200, with([](auto& all) { all.sum += 1e-10; }), Standing::agrees},
        {"its checkpoint is one record behind", 199, all_rides, Standing::behind},
        {"it has gone on meanwhile", 200, with([](auto& all) { all.last_id = id_of(201); }), Standing::ahead},
        {"the last record was parked", 200, with([](auto& all) { all.last_id = id_of(199); }),
         Standing::agrees},
    };
    for (const Case& each : cases) {
        const Verdict verdict = with_warehouse(each.checkpoint, each.contents);
        EXPECT_EQ(standing(verdict, verdict.warehouses[0]), each.standing) << each.what;
        EXPECT_EQ(agree(verdict), each.standing != Standing::disagrees) << each.what;
    }
}

TEST(AVerdict, DoesNotAgreeWithAWarehouseThatCannotBeRead) {
    const Verdict verdict = with_warehouse(200, std::nullopt);
    EXPECT_EQ(standing(verdict, verdict.warehouses[0]), Standing::unreadable);
    EXPECT_FALSE(agree(verdict));
}

TEST(AVerdict, TakesAWarehouseAsLevelByItsCheckpoint) {
    EXPECT_TRUE(is_level(with_warehouse(200, all_rides), "warehouse"));
    EXPECT_FALSE(is_level(with_warehouse(199, all_rides), "warehouse"));
}

TEST(VerdictText, IsATableWithAVerdict) {
    const Verdict verdict =
        verdict_with(145'847'125, {{"consumer0", id_of(200), 145'847'125}, {"consumer1", id_of(150), 7}});
    EXPECT_EQ(to_text(verdict),
              R"(           last id                          records        distance (m)          lag
rides                                           200       145847125.000
log        1700000000000-200                    200
consumer0  1700000000000-200                              145847125.000            0  agrees
consumer1  1700000000000-150                                      7.000           50  behind
Agree: 1 of 2 consumers have consumed every ride, and their totals are the rides' sum.
)");
}

TEST(VerdictText, HasALineForAWarehouseAndAVerdictOnIt) {
    EXPECT_EQ(to_text(with_warehouse(200, all_rides)),
              R"(           last id                          records        distance (m)          lag
rides                                           200            1000.000
log        1700000000000-200                    200
warehouse  1700000000000-200                    200            1000.000            0  agrees
No consumer has consumed every ride: there is nothing to compare yet.
Agree: warehouse holds exactly the rides, digest 0000000000000abc.
)");
    WarehouseContents other = all_rides;
    other.digest = 0xDEF;
    EXPECT_THAT(
        to_text(with_warehouse(200, other)),
        EndsWith("DISAGREE: warehouse does not hold exactly the rides: its digest is 0000000000000def, "
                 "theirs 0000000000000abc.\n"));
    EXPECT_THAT(to_text(with_warehouse(200, std::nullopt)),
                EndsWith("warehouse cannot be compared. Cannot open it.\n"));
    EXPECT_THAT(to_text(with_warehouse(199, all_rides)),
                EndsWith("warehouse is not at the rides' last record: there is nothing to compare yet.\n"));
}

TEST(VerdictText, SaysWhatIsWrongAndWhatCannotBeSaid) {
    EXPECT_THAT(to_text(verdict_with(5, {{"one", id_of(200), 6}})),
                EndsWith("DISAGREE: 1 of 1 consumers.\n"));
    EXPECT_THAT(to_text(verdict_with(5, {{"one", id_of(9), 6}})),
                EndsWith("there is nothing to compare yet.\n"));
}

TEST(VerdictText, HasAJsonFormOfTheSameNumbers) {
    const auto json = nlohmann::json::parse(to_json(verdict_with(0.1, {{"one", id_of(150), 0.2}})));
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

TEST(VerdictText, HasAJsonFormOfAWarehouse) {
    const auto json = nlohmann::json::parse(to_json(with_warehouse(200, all_rides)));
    EXPECT_EQ(json["rides"]["digest"], "0000000000000abc");
    const nlohmann::json expected{{"name", "warehouse"},
                                  {"last_id", "1700000000000-200"},
                                  {"file", "/data/warehouse.sqlite"},
                                  {"lag_records", 0},
                                  {"agrees", true},
                                  {"count", 200},
                                  {"sum", 1000.0},
                                  {"digest", "0000000000000abc"}};
    EXPECT_EQ(json["warehouses"], nlohmann::json::array({expected}));

    const auto unreadable = nlohmann::json::parse(to_json(with_warehouse(200, std::nullopt)));
    EXPECT_EQ(unreadable["warehouses"][0]["agrees"], nullptr);
    EXPECT_EQ(unreadable["warehouses"][0]["error"], "Cannot open it.");
}

}  // namespace
}  // namespace rocket_rides
