#include "demo/supervisor/private_servers.hpp"

#include <fstream>
#include <utility>

#include "contrail/error.hpp"

namespace demo {

namespace {

using contrail::servers::KeepWaiting;

constexpr auto database = "rocket_rides";
constexpr std::string_view postgres_name = "postgres";
constexpr std::string_view redis_name = "redis";

template <class Server>
void start_if_dead(std::optional<Server>& server, std::string_view name,
                   const PrivateServers::ServerSink& sink, const KeepWaiting& keep_waiting) {
    if (!server || server->running()) return;
    sink(name, server->process().wait().to_string() + "; restarting");
    server->start(keep_waiting);
    sink(name, "started");
}

}  // namespace

PrivateServers::PrivateServers(const std::filesystem::path& data_dir, contrail::Settings& settings,
                               ServerSink sink)
    : sink_(std::move(sink)) {
    if (settings.database_url.empty()) {
        sink_(postgres_name, "starting in " + (data_dir / "postgres").string());
        postgres_.emplace(contrail::servers::PrivatePostgres::Options{.data_dir = data_dir / "postgres"});
        if (!postgres_->has_database(database)) postgres_->create_database(database);
        settings.database_url = postgres_->url(database);
        sink_(postgres_name, "ready, DATABASE_URL=" + settings.database_url);
    }
    if (settings.redis_url.empty()) {
        sink_(redis_name, "starting in " + (data_dir / "redis").string());
        redis_.emplace(contrail::servers::PrivateRedis::Options{.data_dir = data_dir / "redis"});
        settings.redis_url = redis_->url();
        sink_(redis_name, "ready, REDIS_URL=" + settings.redis_url);
    }
    if (postgres_ || redis_) write_settings_file(data_dir / "servers.toml");
}

void PrivateServers::write_settings_file(const std::filesystem::path& file) const {
    std::ofstream settings(file);
    // Only the private servers: the URL of another server may hold a password.
    if (postgres_) settings << "database-url = \"" << postgres_->url(database) << "\"\n";
    if (redis_) settings << "redis-url = \"" << redis_->url() << "\"\n";
    if (!settings.flush())
        throw contrail::Error(contrail::Retry::call, "Cannot write " + file.string() + ".");
}

std::vector<int> PrivateServers::exit_descriptors() {
    std::vector<int> descriptors;
    if (postgres_ && !held(postgres_name)) descriptors.push_back(postgres_->process().exit_descriptor());
    if (redis_ && !held(redis_name)) descriptors.push_back(redis_->process().exit_descriptor());
    return descriptors;
}

void PrivateServers::start_dead_servers(const KeepWaiting& keep_waiting) {
    if (!held(postgres_name)) start_if_dead(postgres_, postgres_name, sink_, keep_waiting);
    if (!held(redis_name)) start_if_dead(redis_, redis_name, sink_, keep_waiting);
}

}  // namespace demo
