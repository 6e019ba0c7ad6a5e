// The consumers of clients/ beside one in C++, on the same log: killed, cut off, with Redis emptied under them,
// and with records that cannot be applied. At equal offsets all have the same total, bit for bit.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "base/file_descriptor.hpp"
#include "integration/disasters/ride_world.hpp"
#include "servers/temporary_directory.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

namespace {

/// What each consumer runs, after its name.
const std::map<std::string, std::vector<std::string>> clients{
    {"python", {"/usr/bin/python3", "-B", CONTRAIL_SOURCE "/clients/python/consumer.py"}},
    {"node", {"node", CONTRAIL_SOURCE "/clients/node/consumer.mjs"}},
    {"ruby", {"ruby", CONTRAIL_SOURCE "/clients/ruby/consumer.rb"}},
    {"cpp", {}},
};

constexpr auto poison = R"({"id": 1, "distance": "far"})";

}  // namespace

class ReferenceClients : public ::testing::Test {
protected:
    ReferenceClients() {
        for (const auto& [name, program] : clients) start(name);
    }

    Settings settings_with_own_redis() {
        Settings settings = fresh_settings();
        settings.redis_url = redis.url();
        return settings;
    }

    void start(const std::string& name, const std::string& instance = "") {
        if (name == "cpp") {
            running.insert_or_assign(name + instance,
                                     world.start_consumer(name, {"--crash", "none", "--on-refusal", "park",
                                                                 "--handler-attempts-max", "2"}));
            return;
        }
        servers::Command command;
        command.arguments = clients.at(name);
        command.arguments.push_back(name);
        command.environment = {{"DATABASE_URL", world.settings.database_url},
                               {"REDIS_URL", world.settings.redis_url},
                               {"STREAM_NAME", world.settings.stream_name}};
        command.standard_output = nowhere.get();
        command.standard_error = nowhere.get();
        running.insert_or_assign(name + instance, servers::ChildProcess(command));
    }

    void kill(const std::string& name) {
        running.at(name).signal(SIGKILL);
        running.at(name).wait();
        start(name);
    }

    /// Rides of distances whose sum depends on the order in which they are added, and one record that is none.
    void stage_rides() {
        database.run(
            "WITH ride AS (INSERT INTO rides (distance) SELECT 1000 * random() FROM generate_series(1, 200) "
            "RETURNING id, distance) SELECT contrail.stage('create', 'ride', jsonb_build_object('id', id, "
            "'distance', distance)) FROM ride; SELECT contrail.stage('create', 'ride', '" +
            std::string(poison) + "')");
        staged += 201;
    }

    void cut_connections() {
        database.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()");
    }

    /// Notes what each consumer's total is at its checkpoint, both of one snapshot.
    void note_totals() {
        std::istringstream rows(database.value(
            "SELECT string_agg(last_offset || ' ' || total_distance, ' ') FROM contrail.checkpoints "
            "JOIN consumer_states ON name = consumer"));
        std::uint64_t offset = 0;
        for (std::string total; rows >> offset >> total;) noted.emplace_back(offset, total);
    }

    void wait_until_all_have_consumed(std::uint64_t offset) {
        for (const auto& [name, program] : clients)
            world.wait_until(name + " goes on", [&, name = name] {
                note_totals();
                return world.consumed(name) >= offset;
            });
    }

    /// The total at each offset: rides added one by one in the log's order, without those that no consumer can apply.
    std::vector<double> totals_in_the_log() {
        std::vector<double> totals{0.0};
        for (const Record& record : Pipeline(world.settings).logged())
            totals.push_back(
                totals.back() +
                (record.data == poison ? 0.0 : nlohmann::json::parse(record.data)["distance"].get<double>()));
        return totals;
    }

    void expect_equal_totals() {
        const auto totals = totals_in_the_log();
        ASSERT_EQ(totals.size(), staged + 1);
        for (const auto& [offset, total] : noted)
            EXPECT_EQ(std::stod(total), totals.at(offset)) << "at offset " << offset;
        EXPECT_EQ(database.value("SELECT count(DISTINCT total_distance) FROM consumer_states"), "1");
    }

    servers::TemporaryDirectory directory;
    servers::PrivateRedis redis{{.data_dir = directory.path() / "redis"}};
    RideWorld world{settings_with_own_redis()};
    AdminPostgres database{world.settings.database_url};
    servers::FileDescriptor nowhere{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
    servers::ChildProcess streamer = world.start_streamer();
    std::map<std::string, servers::ChildProcess> running;
    std::uint64_t staged = 0;
    std::vector<std::pair<std::uint64_t, std::string>> noted;
};

TEST_F(ReferenceClients, AgreeWithTheConsumerInCppWhateverBefallsThem) {
    constexpr std::uint32_t seed = 7;
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 12; ++round) {
        const std::uint64_t before = staged;
        stage_rides();
        wait_until_all_have_consumed(before + std::uniform_int_distribution<std::uint64_t>(1, 100)(random));
        for (const auto& [name, program] : clients) kill(name);
        if (round % 4 == 1) AdminRedis(world.settings.redis_url).run({"FLUSHALL"});
        if (round % 4 == 3) cut_connections();
    }
    wait_until_all_have_consumed(staged);

    expect_equal_totals();
    EXPECT_EQ(
        database.value(
            "SELECT string_agg(consumer || ' ' || parked, ', ' ORDER BY consumer) FROM ("
            "SELECT consumer, count(*) AS parked FROM contrail.dead_letters GROUP BY consumer) AS each"),
        "cpp 12, node 12, python 12, ruby 12");
}

TEST_F(ReferenceClients, ApplyEveryRecordOnceWithTwoInstancesOfEach) {
    for (const auto& [name, program] : clients) start(name, " stand-by");
    for (int round = 0; round < 6; ++round) {
        const std::uint64_t before = staged;
        stage_rides();
        wait_until_all_have_consumed(before + 20);
        if (round == 3)
            for (const auto& [name, program] : clients) running.erase(name);
    }
    wait_until_all_have_consumed(staged);
    expect_equal_totals();
}

TEST_F(ReferenceClients, TryMarkedRecordsOnceMore) {
    stage_rides();
    wait_until_all_have_consumed(staged);
    const double before =
        std::stod(database.value("SELECT total_distance FROM consumer_states WHERE name = 'cpp'"));
    // What was wrong is put right in the dead letter of each but the one in C++, which has its own tests.
    database.run(
        "UPDATE contrail.dead_letters SET marked_at = now(), data = '{\"distance\": 4}' WHERE consumer IN "
        "('python', 'node'); UPDATE contrail.dead_letters SET marked_at = now() WHERE consumer = 'ruby'");
    world.wait_until("none is marked", [&] {
        return database.value("SELECT count(*) FROM contrail.dead_letters WHERE marked_at IS NOT NULL") ==
               "0";
    });
    EXPECT_EQ(database.value("SELECT string_agg(consumer || ' ' || attempts, ', ' ORDER BY consumer) "
                             "FROM contrail.dead_letters"),
              "cpp 2, ruby 4");
    for (const std::string name : {"python", "node"})
        EXPECT_EQ(std::stod(database.value("SELECT total_distance FROM consumer_states WHERE name = '" +
                                           name + "'")),
                  before + 4)
            << name;
}

}  // namespace contrail::test
