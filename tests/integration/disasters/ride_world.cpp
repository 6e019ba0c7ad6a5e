#include "integration/disasters/ride_world.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>

#include "commands.hpp"
#include "contrail/postgres.hpp"
#include "support/pipeline.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

namespace {

constexpr std::uint32_t writer_count = 3;

/// What `query` gives on the connection, which is made where there is none; 0 while the server is away.
template <typename Connection, typename Query>
std::uint64_t if_there(std::optional<Connection>& connection, const std::string& url, Query query) {
    try {
        if (!connection) connection.emplace(url);
        return query(*connection);
    } catch (const std::runtime_error&) {
        connection.reset();
        return 0;
    }
}

}  // namespace

RideWorld::RideWorld(Settings of_the_test, Keep keep) : settings(std::move(of_the_test)), keep_(keep) {
    rocket_rides::migrate(settings);
    if (keep_ == Keep::everything)
        postgres_outbox(settings)->registry().note({{ConsumerName("never-comes"), RecordId{}}});
}

RideWorld::~RideWorld() {
    stop_ = true;
    for (auto& writer : writers_) writer.join();
}

servers::Command RideWorld::command(const std::vector<std::string>& arguments) const {
    servers::Command command;
    command.arguments = arguments;
    command.arguments.front() = std::string(CONTRAIL_PROGRAMS) + "/" + arguments.front();
    command.environment = {{"DATABASE_URL", settings.database_url},
                           {"REDIS_URL", settings.log_url},
                           {"STREAM_NAME", settings.stream_name}};
    return command;
}

servers::ChildProcess RideWorld::start(const std::vector<std::string>& arguments) const {
    return servers::ChildProcess(command(arguments));
}

servers::ChildProcess RideWorld::start_streamer(const std::vector<std::string>& more) const {
    // Small appends, so that there are many points at which to be killed.
    std::vector<std::string> arguments{"rocket_rides", "--log-level",          "error",
                                       "streamer",     "--append-records-max", "50"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return start(arguments);
}

servers::ChildProcess RideWorld::start_consumer(const std::string& name,
                                                const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{"rocket_rides", "--log-level",         "error", "consumer", name,
                                       "--quiet",      "--batch-records-max", "50"};
    if (more.empty()) arguments.insert(arguments.end(), {"--crash", "none"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return start(arguments);
}

void RideWorld::begin_rides(std::uint64_t count) {
    wanted_ += count;
    for (std::uint32_t seed = 0; seed < writer_count; ++seed) {
        writers_.emplace_back([this, seed] { write_rides(seed); });
    }
}

void RideWorld::continue_rides() {
    const std::uint64_t committed = committed_;
    begin_rides(1'000);
    wait_until("rides go on", [&] { return committed_ > committed + 500; });
}

void RideWorld::finish_rides() {
    for (auto& writer : writers_) writer.join();
    writers_.clear();
}

void RideWorld::write_rides(std::uint32_t seed) {
    std::mt19937 random(seed);
    std::optional<AdminPostgres> connection;
    while (committed_ < wanted_ && !stop_) {
        const int rides = std::uniform_int_distribution(1, 20)(random);
        const bool commits = std::uniform_int_distribution(1, 10)(random) > 1;
        try {
            if (!connection) connection.emplace(settings.database_url);
            connection->run(
                "BEGIN; WITH ride AS (INSERT INTO rides (distance) SELECT 5 + i FROM generate_series(1, " +
                std::to_string(rides) +
                ") i RETURNING id, distance) SELECT contrail.stage('create', 'ride', "
                "jsonb_build_object('id', id, 'distance', distance)) FROM ride");
            connection->run(commits ? "COMMIT" : "ROLLBACK");
            if (commits) committed_ += static_cast<std::uint64_t>(rides);
        } catch (const std::runtime_error&) {
            connection.reset();  // Postgres is away, or comes back
        }
    }
}

std::uint64_t RideWorld::logged() {
    return if_there(redis_, settings.log_url, [&](AdminRedis& redis) {
        return std::stoull(redis.run({"XLEN", settings.stream_name}));
    });
}

std::uint64_t RideWorld::first_logged() {
    return if_there(redis_, settings.log_url, [&](AdminRedis& redis) {
        const std::string first = redis.run({"XRANGE", settings.stream_name, "-", "+", "COUNT", "1"});
        const auto id = RecordId::parse(first.substr(0, first.find(' ')));
        return id ? id->offset.value : 0;
    });
}

std::uint64_t RideWorld::staged() {
    return if_there(database_, settings.database_url, [&](AdminPostgres& database) {
        return std::stoull(database.value("SELECT count(*) FROM contrail.staged_log_records"));
    });
}

std::uint64_t RideWorld::consumed(const std::string& consumer) {
    return if_there(database_, settings.database_url, [&](AdminPostgres& database) {
        return std::stoull(
            "0" + database.value("SELECT min(last_offset) FROM contrail.checkpoints WHERE consumer = '" +
                                 consumer + "'"));
    });
}

void RideWorld::wait_until(const std::string& what, const std::function<bool()>& condition) {
    test::wait_until(what, condition);
}

void RideWorld::expect_level(const std::string& consumer) {
    AdminPostgres database(settings.database_url);
    const auto rides = std::stoull(database.value("SELECT count(*) FROM rides"));
    wait_until(consumer + " has consumed all rides", [&] { return consumed(consumer) == rides; });

    EXPECT_EQ(database.value("SELECT total_distance FROM consumer_totals WHERE name = '" + consumer + "'"),
              database.value("SELECT sum(distance) FROM rides"));
    if (keep_ == Keep::everything) expect_every_ride_once_in_the_log();
}

void RideWorld::expect_every_ride_once_in_the_log() {
    Pipeline pipeline(settings);
    std::set<std::int64_t> rides;
    std::uint64_t offset = 0;
    for (const auto& record : pipeline.logged()) {
        EXPECT_EQ(record.id.offset.value, ++offset);
        EXPECT_TRUE(rides.insert(nlohmann::json::parse(record.data)["id"].get<std::int64_t>()).second)
            << record.data;
    }
    EXPECT_EQ(std::to_string(rides.size()), pipeline.database.value("SELECT count(*) FROM rides"));
}

}  // namespace contrail::test
