#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "contrail/error.hpp"
#include "demo/faults/kinds.hpp"
#include "demo/faults/redis_client.hpp"
#include "demo/faults/system.hpp"
#include "servers/system_error.hpp"

namespace demo {

namespace {

namespace fs = std::filesystem;

using RedisCommand = std::vector<std::string>;

void run_command(System& system, const RedisCommand& command) {
    const auto& redis = system.servers.redis();
    RedisClient(redis.socket(), redis.password()).run(command);
}

/// A condition: Redis runs, in another process than now.
std::function<bool()> redis_restarted(System& system) {
    auto& redis = system.servers.redis();
    return [&redis, killed = redis.process().pid()] {
        return redis.process().pid() != killed && redis.running();
    };
}

/// Kills Redis and waits for its end, so that the caller may change its files. `what` names both.
Injection kill_and_wait(System& system, std::string what) {
    Injection injection{
        .what = std::move(what), .repair = "Redis runs again", .repaired = redis_restarted(system)};
    auto& redis = system.servers.redis().process();
    redis.signal(SIGKILL);
    redis.wait();
    return injection;
}

Injection kill_redis(System& system, Random&) {
    return kill_and_wait(system, "killed Redis (SIGKILL)");
}

Injection freeze_redis(System& system, Random&) {
    system.servers.redis().process().signal(SIGSTOP);
    return {.what = "froze Redis (SIGSTOP)", .repair = "Redis goes on", .end = [&system] {
                system.servers.redis().process().signal(SIGCONT);
            }};
}

Injection empty_redis(System& system, Random&) {
    run_command(system, {"FLUSHALL"});
    return {.what = "emptied Redis (FLUSHALL)",
            .repair = "the streamer has filled the log again from the outbox",
            .momentary = true};
}

fs::path data_of_redis(const System& system) {
    return system.servers.redis().home();
}

/// The file that Redis appends to: before Redis 7 the only one, since then the newest of several.
fs::path append_only_file(const fs::path& data) {
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

/// Cuts off all but a share of the file. It belongs to Redis, so a link in its place is not followed.
void truncate(const fs::path& file, double kept) {
    const contrail::base::FileDescriptor opened(::open(file.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
    const auto size = static_cast<off_t>(kept * static_cast<double>(fs::file_size(file)));
    if (opened.get() < 0 || ::ftruncate(opened.get(), size) != 0)
        throw contrail::servers::system_error("Cannot truncate " + file.string());
}

Injection truncate_redis(System& system, Random& random) {
    const double kept = std::uniform_real_distribution(0.0, 1.0)(random);
    Injection injection = kill_and_wait(
        system,
        fmt::format("killed Redis, and cut the last {:.0f} % off its append-only file", 100 * (1 - kept)));
    truncate(append_only_file(data_of_redis(system)), kept);
    return injection;
}

Injection forget_redis(System& system, Random&) {
    Injection injection = kill_and_wait(system, "killed Redis, and removed its append-only file");
    fs::remove_all(data_of_redis(system) / "appendonlydir");
    fs::remove(data_of_redis(system) / "appendonly.aof");
    return injection;
}

Fault redis_fault(const std::string& name, const std::string& does, const std::string& ends,
                  std::function<Injection(System&, Random&)> inject) {
    return {.name = name,
            .target = Target::log,
            .does = does,
            .ends = ends,
            .inject = std::move(inject),
            .obstacle = needs_private_redis};
}

/// A setting makes Redis refuse writes, and its opposite ends that.
Fault refusing(const std::string& name, const std::string& does, const RedisCommand& refuse,
               const RedisCommand& accept) {
    return redis_fault(
        name, does, "the opposite " + accept.front(), [=](System& system, Random&) -> Injection {
            run_command(system, refuse);
            return {.what = does, .repair = "Redis takes writes again", .end = [&system, accept] {
                        run_command(system, accept);
                    }};
        });
}

}  // namespace

std::vector<Fault> redis_faults() {
    return {
        redis_fault("kill-redis", "SIGKILL to Redis", "the supervisor restarts it with its data", kill_redis),
        redis_fault("freeze-redis", "SIGSTOP to Redis", "SIGCONT", freeze_redis),
        redis_fault("empty-redis", "FLUSHALL", "the streamer fills the log again", empty_redis),
        redis_fault(
            "truncate-redis", "SIGKILL to Redis, which loses the end of its append-only file, at any byte",
            "the supervisor restarts it, and the streamer sends again what is missing", truncate_redis),
        redis_fault("forget-redis", "SIGKILL to Redis, which loses its append-only file",
                    "the supervisor restarts it, and the streamer fills the log again", forget_redis),
        refusing("redis-out-of-memory", "Redis has no memory left (maxmemory 1)",
                 {"CONFIG", "SET", "maxmemory", "1"}, {"CONFIG", "SET", "maxmemory", "0"}),
        refusing("redis-read-only", "Redis is the replica of a server that does not exist",
                 {"REPLICAOF", "127.0.0.1", "1"}, {"REPLICAOF", "NO", "ONE"}),
        refusing("redis-without-replicas", "Redis requires a replica (min-replicas-to-write 1)",
                 {"CONFIG", "SET", "min-replicas-to-write", "1"},
                 {"CONFIG", "SET", "min-replicas-to-write", "0"})};
}

}  // namespace demo
