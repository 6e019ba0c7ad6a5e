#include "bench/site/private_servers.hpp"

namespace contrail::bench {

namespace {

constexpr auto database = "bench";

}  // namespace

std::string PrivateServers::description() {
    return "Private servers on unix sockets, with the settings that `rocket_rides up` gives its own: "
           "PostgreSQL with fsync, Redis with appendfsync always, or, where it says so, without "
           "append-only file.";
}

std::string PrivateServers::database_url() {
    return postgres().url(database);
}

servers::PrivatePostgres& PrivateServers::postgres() {
    if (!postgres_) {
        postgres_.emplace(servers::PrivatePostgres::Options{.data_dir = folder_.path() / "postgres"});
        postgres_->create_database(database);
    }
    return *postgres_;
}

servers::PrivateRedis& PrivateServers::redis(Keeping keeping) {
    const bool on_disk = keeping == Keeping::on_disk;
    auto& redis = on_disk ? redis_on_disk_ : redis_in_memory_;
    if (!redis) {
        redis.emplace(servers::PrivateRedis::Options{
            .data_dir = folder_.path() / (on_disk ? "redis" : "redis-in-memory"), .append_only = on_disk});
    }
    return *redis;
}

}  // namespace contrail::bench
