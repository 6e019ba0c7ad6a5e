#include "warehouse.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <vector>

#include "contrail/error.hpp"
#include "servers/temporary_directory.hpp"
#include "verify.hpp"

namespace rocket_rides {

using contrail::Error;
using contrail::Offset;
using contrail::Record;
using contrail::Retry;
using ::testing::AllOf;
using ::testing::HasSubstr;

namespace {

constexpr std::uint64_t hour_ms = 3'600'000;
constexpr std::uint64_t begin_ms = 472'222 * hour_ms;  // 2023-11-14T22:00Z

std::string data(const std::string& ride, double distance, double previous_distance) {
    return R"({"id": )" + ride + R"(, "distance": )" + std::to_string(distance) +
           R"(, "previous_distance": )" + std::to_string(previous_distance) + "}";
}

Record record(std::uint64_t offset, const std::string& action, int ride, double distance = 0) {
    return {{begin_ms + offset, Offset{offset}}, action, "ride", data(std::to_string(ride), distance, 0)};
}

using Records = std::vector<Record>;

}  // namespace

class WarehouseTest : public ::testing::Test {
protected:
    WarehouseTest() { Warehouse::make(file); }

    /// Each time in a new process, as it were.
    void apply(const Records& records, std::uint64_t keep_deleted_records = 1'000) {
        Warehouse(file, {.keep_deleted_records = keep_deleted_records}).apply(records);
    }

    std::string query(const std::string& text, RowForm form = RowForm::tabs) {
        std::ostringstream out;
        run_query(file, text, form, out);
        return out.str();
    }

    std::string rides() { return query("SELECT id, distance FROM rides ORDER BY id"); }

    contrail::servers::TemporaryDirectory folder;
    const std::filesystem::path file = folder.path() / "warehouse.sqlite";
};

TEST_F(WarehouseTest, KeepsTheRidesThatThereAre) {
    apply({record(1, "create", 1, 100), record(2, "create", 2, 200), record(3, "create", 3, 300.25)});
    apply({record(4, "update", 2, 250), record(5, "delete", 1)});
    EXPECT_EQ(rides(), "2\t250\n3\t300.25\n");
    EXPECT_EQ(query("SELECT last_id, last_offset FROM progress"), fmt::format("{}-5\t5\n", begin_ms + 5));
}

TEST_F(WarehouseTest, TakesAChangeOfAndADeletionOfWhatItDoesNotHave) {
    apply({record(1, "update", 1, 100), record(2, "delete", 2)});
    EXPECT_EQ(rides(), "1\t100\n");
}

TEST_F(WarehouseTest, IsTheSameAfterARepeat) {
    const Records records{record(1, "create", 1, 100), record(2, "create", 2, 200),
                          record(3, "update", 1, 150), record(4, "delete", 2), record(5, "create", 3, 300)};
    apply(records);
    const std::string once = query("SELECT * FROM all_rides") + query("SELECT * FROM progress");
    const std::string figures = query("SELECT * FROM rides_per_hour");
    apply(records);
    apply({records.begin() + 1, records.end()});
    EXPECT_EQ(query("SELECT * FROM all_rides") + query("SELECT * FROM progress"), once);
    EXPECT_EQ(query("SELECT * FROM rides_per_hour"), figures);
}

TEST_F(WarehouseTest, EndsUpTheSameInWhateverOrderTheRecordsOfARideCome) {
    // Each order has a ride of its own; the last record of those with an even number is no deletion.
    std::vector<Records> steps(4);
    std::vector<std::size_t> order{0, 1, 2, 3};
    int rides_count = 0;
    do {
        for (const int ride : {rides_count++, rides_count++}) {
            const Records records{record(1, "create", ride, 100), record(2, "update", ride, 150),
                                  record(3, "delete", ride),
                                  record(4, ride % 2 == 0 ? "update" : "delete", ride, 175)};
            for (std::size_t step = 0; step < steps.size(); ++step)
                steps[step].push_back(records[order[step]]);
        }
    } while (std::ranges::next_permutation(order).found);

    for (const Records& step : steps) {
        apply(step);
        apply(step);
    }
    EXPECT_EQ(rides_count, 48);
    EXPECT_EQ(query("SELECT count(*), sum(id % 2 = 0), min(distance), max(distance), min(created_ms), "
                    "max(created_ms) FROM rides"),
              "24\t24\t175\t175" + fmt::format("\t{0}\t{0}\n", begin_ms + 1));
}

// One that was frozen before its batch, and wakes up when another one is far ahead.
TEST_F(WarehouseTest, DoesNotLetAStaleInstanceOverwriteWhatIsNewer) {
    Warehouse stale(file, {});
    apply({record(1, "create", 1, 100), record(2, "create", 2, 200)});
    apply({record(3, "update", 1, 150), record(4, "delete", 2)});
    stale.apply(Records{record(1, "create", 1, 100), record(2, "create", 2, 200)});
    EXPECT_EQ(rides(), "1\t150\n");
    EXPECT_EQ(query("SELECT last_offset FROM progress"), "4\n");
}

TEST_F(WarehouseTest, ForgetsADeletionWhenEnoughRecordsHaveFollowed) {
    apply({record(1, "create", 1, 100), record(2, "delete", 1)}, 10);
    apply({record(11, "create", 2, 100)}, 10);
    EXPECT_EQ(query("SELECT count(*) FROM all_rides"), "2\n");
    apply({record(12, "create", 3, 100)}, 10);
    EXPECT_EQ(query("SELECT count(*) FROM all_rides"), "2\n");
    EXPECT_EQ(rides(), "2\t100\n3\t100\n");
}

TEST_F(WarehouseTest, RefusesWhatComesTooLateToKnowWhetherItsRideWasDeletedSince) {
    apply({record(1, "create", 1, 100), record(2, "create", 2, 200), record(3, "delete", 1)}, 10);
    apply({record(20, "create", 4, 100)}, 10);
    try {
        apply({record(1, "create", 1, 100)}, 10);
        ADD_FAILURE() << "brought a deleted ride back";
    } catch (const std::runtime_error& refused) {
        EXPECT_EQ(dynamic_cast<const Error*>(&refused), nullptr) << "the record's fault";
        EXPECT_THAT(refused.what(), AllOf(HasSubstr("-1 comes so late"), HasSubstr("up to offset 10")));
    }
    // What is known is no question; nor is what was parked after the last deletion that was forgotten.
    apply({record(2, "create", 2, 200), record(15, "create", 5, 500)}, 10);
    EXPECT_EQ(rides(), "2\t200\n4\t100\n5\t500\n");
}

namespace {

void give_two_rides(const Warehouse::KeepRide& keep) {
    keep({.id = 1, .distance = 100, .created_ms = begin_ms});
    keep({.id = 3, .distance = 300.25, .created_ms = begin_ms + 7});
}

}  // namespace

TEST_F(WarehouseTest, BeginsWithTheRidesThatThereWereAndGoesOnAfterThem) {
    apply({record(1, "create", 2, 200)});
    const contrail::RecordId begun{begin_ms + 40, Offset{40}};
    EXPECT_EQ(Warehouse(file, {}).begin_with(begun, give_two_rides), begun);
    EXPECT_EQ(rides(), "1\t100\n3\t300.25\n");
    EXPECT_EQ(query("SELECT created_ms FROM rides WHERE id = 3"), fmt::format("{}\n", begin_ms + 7));
    EXPECT_EQ(Warehouse(file, {}).last_id(), begun);

    // What older records did is in them: also from an instance that had begun earlier, and goes on.
    apply({record(38, "update", 3, 250), record(39, "create", 2, 200), record(40, "delete", 2)});
    apply({record(40, "delete", 2), record(41, "update", 1, 150), record(42, "create", 4, 400)});
    EXPECT_EQ(rides(), "1\t150\n3\t300.25\n4\t400\n");
    EXPECT_EQ(query("SELECT count(*) FROM all_rides"), "3\n");
    EXPECT_EQ(query("SELECT last_offset FROM progress"), "42\n");
}

TEST_F(WarehouseTest, IsNotSetBackByASlowBeginning) {
    apply({record(50, "create", 5, 500)});
    const auto held = Warehouse(file, {}).last_id();
    EXPECT_EQ(Warehouse(file, {}).begin_with({begin_ms + 40, Offset{40}}, give_two_rides), held);
    EXPECT_EQ(rides(), "5\t500\n");
}

TEST_F(WarehouseTest, HoldsWhatItHeldWhereABeginningFails) {
    apply({record(1, "create", 2, 200)});
    const auto fail = [](const Warehouse::KeepRide& keep) {
        give_two_rides(keep);
        throw Error(Retry::call, "The connection was lost.");
    };
    EXPECT_THROW(Warehouse(file, {}).begin_with({begin_ms + 40, Offset{40}}, fail), Error);
    EXPECT_EQ(rides(), "2\t200\n");
    EXPECT_EQ(Warehouse(file, {}).last_id().offset, Offset{1});
}

TEST_F(WarehouseTest, AppliesNothingOfABatchWithARecordThatItCannotRead) {
    const Record poison[] = {{{begin_ms, Offset{2}}, "create", "ride", R"({"id": 2})"},
                             {{begin_ms, Offset{2}}, "create", "ride", R"({"distance": 2})"},
                             {{begin_ms, Offset{2}}, "create", "ride", data(R"("two")", 2, 0)},
                             {{begin_ms, Offset{2}}, "create", "ride", data("2.5", 2, 0)},
                             {{begin_ms, Offset{2}}, "delete", "ride", "{"}};
    for (const Record& bad : poison) {
        try {
            apply({record(1, "create", 1, 100), bad, record(3, "create", 3, 300)});
            ADD_FAILURE() << "applied " << bad.data;
        } catch (const std::runtime_error& refused) {
            EXPECT_EQ(dynamic_cast<const Error*>(&refused), nullptr) << "the record's fault: " << bad.data;
            EXPECT_THAT(refused.what(), HasSubstr(bad.id.to_string()));
        }
        EXPECT_EQ(rides(), "") << bad.data;
    }
}

TEST_F(WarehouseTest, PassesOverWhatIsNoRide) {
    apply({{{begin_ms, Offset{1}}, "create", "pilot", "{}"}});
    EXPECT_EQ(rides(), "");
    EXPECT_EQ(query("SELECT last_offset FROM progress"), "1\n");
}

TEST_F(WarehouseTest, BlamesNoRecordForWhatIsWrongWithTheFile) {
    Warehouse warehouse(file, {});
    std::filesystem::remove(file);
    try {
        warehouse.apply(Records{record(1, "create", 1, 100)});
        ADD_FAILURE() << "wrote where no program can read";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::transaction);
        EXPECT_THAT(error.what(), AllOf(HasSubstr(file.string()), HasSubstr("was deleted or moved away")));
    }
}

TEST_F(WarehouseTest, RefusesAFileThatIsNoWarehouse) {
    const auto text_file = folder.path() / "text";
    std::ofstream(text_file) << "Not a database, but long enough to be taken for one at first sight.\n";
    EXPECT_THROW(Warehouse(text_file, {}), Error);

    const auto other = folder.path() / "other";
    SQLite::Database(other, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
        .exec("CREATE TABLE rides (id INTEGER)");
    Warehouse::make(other);
    try {
        Warehouse(other, {});
        ADD_FAILURE() << "took another program's file";
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
        EXPECT_THAT(error.what(), HasSubstr("another program's database"));
    }
    EXPECT_THROW(Warehouse(folder.path() / "nothing", {}), Error);
}

TEST_F(WarehouseTest, HasANumberOfItsOwn) {
    const auto other = folder.path() / "other";
    Warehouse::make(other);
    EXPECT_EQ(Warehouse(file, {}).number(), Warehouse(file, {}).number());
    EXPECT_NE(Warehouse(file, {}).number(), Warehouse(other, {}).number());
    EXPECT_EQ(Warehouse(file, {}).last_id(), contrail::RecordId{});
    apply({record(1, "create", 1, 100)});
    Warehouse::make(file);
    EXPECT_EQ(Warehouse(file, {}).last_id().offset, Offset{1});
}

TEST_F(WarehouseTest, TellsWhatItsFileAddsUpTo) {
    const WarehouseContents empty = read_warehouse(file);
    EXPECT_EQ(empty.count, 0U);
    EXPECT_EQ(empty.digest, 0U);

    apply({record(1, "create", 1, 100), record(2, "create", 2, 200.5), record(3, "delete", 9)});
    const WarehouseContents contents = read_warehouse(file);
    EXPECT_EQ(contents.count, 2U);
    EXPECT_EQ(contents.sum, 300.5);
    EXPECT_EQ(contents.last_id.offset, Offset{3});
}

TEST_F(WarehouseTest, AnswersPerHourAndPerDistanceBand) {
    Record later = record(3, "create", 3, 99.5);
    later.id.sealed_ms += hour_ms;
    apply({record(1, "create", 1, 100), record(2, "create", 2, 249.5), later});
    EXPECT_EQ(query("SELECT hour, rides, total_distance FROM rides_per_hour"),
              "2023-11-14T22:00Z\t2\t349.5\n"
              "2023-11-14T23:00Z\t1\t99.5\n");
    EXPECT_EQ(query("SELECT band, rides, total_distance FROM rides_per_distance_band LIMIT 3"),
              "below 100 m\t1\t99.5\n"
              "100 to 250 m\t2\t349.5\n"
              "250 to 500 m\t0\t0\n");
}

TEST_F(WarehouseTest, PrintsATableForPeople) {
    EXPECT_EQ(query("SELECT 'one' AS name, 1 AS n UNION ALL SELECT 'three', 300.5", RowForm::table),
              "name       n\n"
              "one        1\n"
              "three  300.5\n");
    EXPECT_EQ(query("SELECT 1 AS n, NULL AS x WHERE 0", RowForm::table), "n  x\n");
}

TEST_F(WarehouseTest, PrintsManyRowsWithTheWidthOfTheFirst) {
    const std::string table = query(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT i FROM n",
        RowForm::table);
    EXPECT_THAT(table, AllOf(HasSubstr("   i\n   1\n"), HasSubstr("\n1000\n1001\n"), HasSubstr("\n2000\n")));
}

TEST_F(WarehouseTest, PrintsARowInALineWhateverIsInIt) {
    EXPECT_EQ(query("SELECT 'a' || char(9) || 'b' || char(10) || '\\', NULL, 0.1 + 0.2"),
              "a\\tb\\n\\\\\t\t0.30000000000000004\n");
}

TEST_F(WarehouseTest, RefusesToBeChangedByAQuery) {
    struct Case {
        const char* query;
        const char* why;
    };
    constexpr Case cases[] = {{"DELETE FROM all_rides", "it would change the warehouse"},
                              {"DROP VIEW rides", "it would change the warehouse"},
                              {"PRAGMA user_version = 9; SELECT 1", "it would change the warehouse"},
                              {"SELECT 1; SELECT 2", "another statement follows the first"},
                              {" ; ", "it is empty"},
                              {"SELEC", "syntax error"},
                              {"SELECT pilot FROM rides", "no such column: pilot"}};
    for (const Case& each : cases) {
        try {
            query(each.query);
            ADD_FAILURE() << "ran " << each.query;
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr(each.why)) << each.query;
        }
    }
    EXPECT_EQ(query("SELECT 1;\n"), "1\n");
}

}  // namespace rocket_rides
