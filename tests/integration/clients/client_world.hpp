#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/file_descriptor.hpp"
#include "integration/disasters/ride_world.hpp"
#include "servers/temporary_directory.hpp"
#include "support/pipeline.hpp"

namespace contrail::test {

/// A consumer in another language.
struct Client {
    std::vector<std::string>
        command;  ///< Its program. The consumer's name follows. Empty: Rocket Rides', in C++.
    std::filesystem::path directory = {};
    bool reads_urls_of_sockets = true;  ///< Else it gets keywords and values in DATABASE_URL.
};

/// The data of a record that no client can apply.
constexpr auto poison = R"({"id": 1, "distance": "far"})";

/// Rocket Rides with a Redis of its own, a streamer, and consumers in several languages beside one in C++.
class ClientWorld : public ::testing::Test {
protected:
    explicit ClientWorld(std::map<std::string, Client> others) : clients(std::move(others)) {
        clients["cpp"] = {};
        for (const auto& [name, client] : clients) start(name);
    }

    Settings settings_with_own_redis() {
        Settings settings = fresh_settings();
        settings.log_url = redis.url();
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
        command.arguments = clients.at(name).command;
        command.directory = clients.at(name).directory;
        command.arguments.push_back(name);
        command.environment = {
            {"DATABASE_URL",
             clients.at(name).reads_urls_of_sockets ? world.settings.database_url : keywords_and_values()},
            {"LOG_URL", world.settings.log_url},
            {"STREAM_NAME", world.settings.stream_name}};
        command.standard_output = nowhere.get();
        command.standard_error = nowhere.get();
        running.insert_or_assign(name + instance, servers::ChildProcess(command));
    }

    std::string keywords_and_values() {
        return database.value(
            "SELECT format('host=%s port=%s user=%s dbname=%s', current_setting('unix_socket_directories'), "
            "current_setting('port'), current_user, current_database())");
    }

    /// Rides of distances whose sum depends on the order in which they are added.
    void stage_rides() {
        database.run(
            "WITH ride AS (INSERT INTO rides (distance) SELECT 1000 * random() FROM generate_series(1, 200) "
            "RETURNING id, distance) SELECT contrail.stage('create', 'ride', jsonb_build_object('id', id, "
            "'distance', distance)) FROM ride");
        staged += 200;
    }

    void stage_poison() {
        database.run("SELECT contrail.stage('create', 'ride', '" + std::string(poison) + "')");
        ++staged;
    }

    void kill_all() {
        for (const auto& [name, client] : clients) {
            running.at(name).signal(SIGKILL);
            running.at(name).wait();
            start(name);
        }
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
        for (const auto& [name, client] : clients)
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

    std::map<std::string, Client> clients;
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

}  // namespace contrail::test
