// A consumer whose store shares no transaction with its checkpoint, killed and poisoned under load.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <sstream>
#include <thread>

#include "integration/disasters/ride_world.hpp"
#include "servers/temporary_directory.hpp"
#include "verify.hpp"
#include "warehouse.hpp"

namespace contrail::test {

using rocket_rides::Standing;
using servers::ExitStatus;
using ::testing::AllOf;
using ::testing::HasSubstr;

namespace {

/// Takes, changes and deletes rides, for as long as it lives.
class Changes {
public:
    explicit Changes(const Settings& settings)
        : thread_([url = settings.database_url](const std::stop_token& stop) {
              AdminPostgres database(url);
              while (!stop.stop_requested()) database.run(some_changes);
          }) {}

private:
    static constexpr auto some_changes = R"(
BEGIN;
WITH ride AS (INSERT INTO rides (distance) VALUES (5) RETURNING id, distance)
SELECT contrail.stage('create', 'ride', jsonb_build_object('id', id, 'distance', distance)) FROM ride;
WITH chosen AS (SELECT id FROM rides ORDER BY random() LIMIT 8),
     ride AS (UPDATE rides SET distance = distance + 7 FROM chosen WHERE rides.id = chosen.id
              RETURNING rides.id, distance)
SELECT contrail.stage('update', 'ride',
    jsonb_build_object('id', id, 'distance', distance, 'previous_distance', distance - 7)) FROM ride;
WITH chosen AS (SELECT id FROM rides ORDER BY random() LIMIT 1),
     ride AS (DELETE FROM rides USING chosen WHERE rides.id = chosen.id RETURNING rides.id, distance)
SELECT contrail.stage('delete', 'ride', jsonb_build_object('id', id, 'previous_distance', distance)) FROM ride;
COMMIT)";

    std::jthread thread_;
};

}  // namespace

class AWarehouse : public ::testing::Test {
protected:
    explicit AWarehouse(RideWorld::Keep keep = RideWorld::Keep::everything) : world(fresh_settings(), keep) {}

    [[nodiscard]] std::vector<std::string> arguments(const std::vector<std::string>& more) const {
        std::vector<std::string> all{"rocket_rides", "--log-level", "off",    "warehouse",
                                     "--file",       file,          "--quiet"};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }

    [[nodiscard]] servers::ChildProcess start(const std::vector<std::string>& more = {"--crash",
                                                                                      "none"}) const {
        return world.start(arguments(more));
    }

    struct Ended {
        ExitStatus status;
        std::string said;  ///< on standard error; the first few KiB
    };

    /// One that ends by itself.
    [[nodiscard]] Ended run(const std::vector<std::string>& more) const {
        servers::Pipe errors = servers::make_pipe();
        servers::Command command = world.command(arguments(more));
        command.standard_error = errors.write_end.get();
        const ExitStatus status = servers::run(command);
        std::array<char, 8'192> text{};
        const ssize_t length = ::read(errors.read_end.get(), text.data(), text.size());
        return {status, std::string(text.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0)))};
    }

    void stage(const std::string& data) {
        database.run("SELECT contrail.stage('create', 'ride', '" + data + "')");
    }

    /// Rides with their records, in one transaction.
    void take_rides(int count) {
        database.run("WITH ride AS (INSERT INTO rides (distance) SELECT 5 + i FROM generate_series(1, " +
                     std::to_string(count) +
                     ") i RETURNING id, distance) SELECT contrail.stage('create', 'ride', "
                     "jsonb_build_object('id', id, 'distance', distance)) FROM ride");
    }

    void wait_until_all_is_consumed() {
        const std::uint64_t all = rocket_rides::RideAudit(world.settings).verify().staged.value;
        world.wait_until("the warehouse has consumed all",
                         [&] { return world.consumed("warehouse") == all; });
    }

    /// The two say the same in whole metres.
    void expect_the_canonical_rides() {
        EXPECT_EQ(query("SELECT group_concat(id || ' ' || CAST(distance AS INTEGER), ',') FROM "
                        "(SELECT * FROM rides ORDER BY id)"),
                  database.value("SELECT string_agg(id || ' ' || distance, ',' ORDER BY id) FROM rides"));
        const auto verdict = rocket_rides::RideAudit(world.settings).verify();
        ASSERT_EQ(verdict.warehouses.size(), 1U);
        EXPECT_EQ(standing(verdict, verdict.warehouses[0]), Standing::agrees);
    }

    std::string query(const std::string& text) {
        std::ostringstream out;
        rocket_rides::run_query(file, text, rocket_rides::RowForm::tabs, out);
        return out.str().substr(0, out.str().find('\n'));
    }

    servers::TemporaryDirectory folder;
    const std::string file = folder.path() / "warehouse.sqlite";
    RideWorld world;
    AdminPostgres database{world.settings.database_url};
};

TEST_F(AWarehouse, HoldsExactlyTheRidesAfterAHundredDeathsUnderLoad) {
    constexpr std::uint32_t seed = 5;
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const auto streamer = world.start_streamer();
    world.begin_rides(3'000);
    world.finish_rides();
    {
        const Changes load(world.settings);
        for (int life = 0; life < 100; ++life) {
            const std::string small = std::to_string(std::uniform_int_distribution(1, 50)(random));
            if (life % 2 == 0) {
                // After the effects, before the checkpoint.
                auto warehouse = start({"--crash", "kill", "--crash-rate", "0.3", "--seed",
                                        std::to_string(life), "--batch-records-max", small});
                EXPECT_TRUE(warehouse.wait().has_signal(SIGKILL));
            } else {
                // Anywhere.
                const std::uint64_t goal = world.consumed("warehouse") +
                                           std::uniform_int_distribution<std::uint64_t>(0, 200)(random);
                auto warehouse = start({"--crash", "none", "--batch-records-max", small});
                world.wait_until("the warehouse moves on",
                                 [&] { return world.consumed("warehouse") >= goal; });
                warehouse.signal(SIGKILL);
                warehouse.wait();
            }
        }
    }
    const auto warehouse = start();
    wait_until_all_is_consumed();
    expect_the_canonical_rides();
    EXPECT_NE(query("SELECT count(*) FROM all_rides WHERE distance IS NULL"), "0") << "there were deletions";
}

class AWarehouseWithoutTheLogsBeginning : public AWarehouse {
protected:
    AWarehouseWithoutTheLogsBeginning() : AWarehouse(RideWorld::Keep::what_is_needed) {}
};

// Killed before its first checkpoint, it has filled its file already.
TEST_F(AWarehouseWithoutTheLogsBeginning, BeginsWithTheServicesRidesUnderLoad) {
    const auto streamer = world.start_streamer({"--segment-max-bytes", "32KiB"});
    const auto consumer = world.start_consumer("consumer0");
    world.begin_rides(3'000);
    world.finish_rides();
    world.wait_until("the log is trimmed", [&] { return world.first_logged() > 500; });
    {
        const Changes load(world.settings);
        EXPECT_THAT(run({"--crash", "none", "--from", "earliest"}).said,
                    HasSubstr("the beginning of the log is gone"));
        auto killed = start({"--crash", "kill", "--crash-rate", "1", "--from", "reconciled"});
        EXPECT_TRUE(killed.wait().has_signal(SIGKILL));
        EXPECT_NE(query("SELECT last_id FROM progress"), "0-0");
        EXPECT_EQ(world.consumed("warehouse"), 0U);

        const auto warehouse = start({"--crash", "none", "--from", "reconciled"});
        world.wait_until("it has begun", [&] { return world.consumed("warehouse") > 0; });
        const auto begun = world.consumed("warehouse");
        world.wait_until("it goes on", [&] { return world.consumed("warehouse") > begun + 100; });
    }
    const auto warehouse = start();
    wait_until_all_is_consumed();
    expect_the_canonical_rides();
}

TEST_F(AWarehouse, ParksAPoisonRecordWhileAHundredThousandNeighboursPass) {
    for (int transaction = 0; transaction < 5; ++transaction) take_rides(10'000);
    stage(R"({"id": "poison", "distance": 5})");
    for (int transaction = 0; transaction < 5; ++transaction) take_rides(10'000);
    const auto streamer = world.start({"rocket_rides", "--log-level", "error", "streamer"});

    const std::vector<std::string> parking{
        "--crash", "none", "--on-refusal", "park", "--handler-attempts-max", "2"};
    {
        auto warehouse = start(parking);
        world.wait_until("it is near", [&] { return world.consumed("warehouse") >= 45'000; });
        warehouse.signal(SIGKILL);  // hides nothing
        warehouse.wait();
    }
    const auto warehouse = start(parking);
    wait_until_all_is_consumed();

    EXPECT_EQ(database.value("SELECT string_agg(record_offset || ' ' || (data::jsonb ->> 'id'), ',') "
                             "FROM contrail.dead_letters WHERE consumer = 'warehouse'"),
              "50001 poison");
    // None is lost, and all are in order: ids rise with offsets, and the one hole is where the poison was.
    EXPECT_EQ(query("SELECT count(*), max(record_offset) FROM rides"), "100000\t100001");
    EXPECT_EQ(query("SELECT group_concat(record_offset) FROM (SELECT record_offset, record_offset - "
                    "lag(record_offset) OVER (ORDER BY id) AS step FROM rides) WHERE step <> 1"),
              "50002");
    expect_the_canonical_rides();
}

TEST_F(AWarehouse, HaltsAtAPoisonRecordByDefaultAndNamesIt) {
    take_rides(10);
    stage(R"({"id": "poison", "distance": 5})");
    take_rides(10);
    const auto streamer = world.start_streamer();

    const Ended warehouse = run({"--crash", "none", "--handler-attempts-max", "1"});
    EXPECT_EQ(warehouse.status, ExitStatus::exited(78));
    EXPECT_THAT(warehouse.said, AllOf(HasSubstr("-11 (create ride)"), HasSubstr("has no ride's id"),
                                      HasSubstr("Everything before this record is committed")));
    EXPECT_EQ(query("SELECT count(*), max(record_offset) FROM rides"), "10\t10");
    EXPECT_EQ(world.consumed("warehouse"), 10U);
}

TEST_F(AWarehouse, IsNotBegunAnewInTheMiddleOfTheLog) {
    const auto streamer = world.start_streamer();
    {
        const auto warehouse = start();
        take_rides(10);
        wait_until_all_is_consumed();
    }
    const std::string lost = folder.path() / "lost";
    std::filesystem::rename(file, lost);
    Ended refused = run({"--crash", "none"});
    EXPECT_EQ(refused.status, ExitStatus::exited(78));
    EXPECT_THAT(refused.said, AllOf(HasSubstr(file), HasSubstr("Check that the file exists")));

    rocket_rides::Warehouse::make(file);
    refused = run({"--crash", "none"});
    EXPECT_EQ(refused.status, ExitStatus::exited(78));
    EXPECT_THAT(refused.said, AllOf(HasSubstr("is not the one that consumer 'warehouse' has filled"),
                                    HasSubstr("-10. Nothing was changed.")));

    std::filesystem::rename(lost, file);
    const auto warehouse = start();
    take_rides(10);
    wait_until_all_is_consumed();
    expect_the_canonical_rides();
}

}  // namespace contrail::test
