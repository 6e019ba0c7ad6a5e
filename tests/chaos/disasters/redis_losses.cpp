#include <fmt/format.h>

#include <csignal>
#include <filesystem>

#include "chaos/disasters/kinds.hpp"
#include "chaos/redis_client.hpp"
#include "chaos/world.hpp"
#include "contrail/error.hpp"

namespace rocket_rides::chaos {

namespace {

namespace fs = std::filesystem;

Strike empty(World& world, Random&) {
    RedisClient(world.redis_socket).run({"FLUSHALL"});
    return {.told = "emptied Redis (FLUSHALL)", .over = true};
}

/// The file that Redis appends to: before Redis 7 the only one, since then the last of several.
fs::path appended_file(const fs::path& data) {
    fs::path newest;
    for (const auto& entry : fs::recursive_directory_iterator(data)) {
        if (entry.path().extension() != ".aof" || entry.path().native().ends_with(".base.aof")) continue;
        if (newest.empty() || fs::last_write_time(newest) < entry.last_write_time()) newest = entry.path();
    }
    if (newest.empty())
        throw contrail::Error(contrail::Retry::never,
                              "Cannot find the append-only file of Redis in " + data.string() + '.');
    return newest;
}

void kill_and_wait(World& world) {
    auto& redis = world.servers.redis().process();
    redis.signal(SIGKILL);
    redis.wait();
}

Strike truncate(World& world, Random& random) {
    kill_and_wait(world);
    const fs::path file = appended_file(world.redis_data);
    const auto size = fs::file_size(file);
    const double kept = std::uniform_real_distribution(0.0, 1.0)(random);
    fs::resize_file(file, static_cast<std::uintmax_t>(kept * static_cast<double>(size)));
    return {.told = fmt::format("killed Redis, and cut the last {:.0f} % off its append-only file",
                                100 * (1 - kept))};
}

Strike forget(World& world, Random&) {
    kill_and_wait(world);
    fs::remove_all(world.redis_data / "appendonlydir");
    fs::remove(world.redis_data / "appendonly.aof");
    return {.told = "killed Redis, and removed its append-only file"};
}

}  // namespace

std::vector<Disaster> redis_losses() {
    return {{.name = "empty-redis",
             .victim = Victim::redis,
             .does = "FLUSHALL",
             .undone = "the streamer fills it again",
             .strike = empty},
            {.name = "truncate-redis",
             .victim = Victim::redis,
             .does = "SIGKILL to Redis, which loses the end of its append-only file, at any byte",
             .undone = "it is started again, and the streamer sends again what it lacks",
             .strike = truncate},
            {.name = "forget-redis",
             .victim = Victim::redis,
             .does = "SIGKILL to Redis, which loses its append-only file",
             .undone = "it is started again, and the streamer fills it",
             .strike = forget}};
}

}  // namespace rocket_rides::chaos
