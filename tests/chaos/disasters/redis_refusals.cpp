#include "chaos/disasters/kinds.hpp"
#include "chaos/redis_client.hpp"
#include "chaos/world.hpp"

namespace rocket_rides::chaos {

namespace {

using Words = std::vector<std::string>;

/// Redis is told something that keeps it from being written to, and told the contrary later.
Disaster refusing(const std::string& name, const std::string& does, const Words& refuse,
                  const Words& accept) {
    return {.name = name,
            .victim = Victim::redis,
            .does = does,
            .undone = accept.front() + " the other way",
            .strike = [=](World& world, Random&) -> Strike {
                RedisClient(world.redis_socket).run(refuse);
                return {.told = does,
                        .undo = [&world, accept] { RedisClient(world.redis_socket).run(accept); }};
            }};
}

}  // namespace

std::vector<Disaster> redis_refusals() {
    return {refusing("redis-out-of-memory", "leaves Redis no memory (maxmemory 1)",
                     {"CONFIG", "SET", "maxmemory", "1"}, {"CONFIG", "SET", "maxmemory", "0"}),
            refusing("redis-read-only", "makes Redis a replica of nobody", {"REPLICAOF", "127.0.0.1", "1"},
                     {"REPLICAOF", "NO", "ONE"}),
            refusing("redis-without-replicas", "lets Redis want a replica (min-replicas-to-write 1)",
                     {"CONFIG", "SET", "min-replicas-to-write", "1"},
                     {"CONFIG", "SET", "min-replicas-to-write", "0"})};
}

}  // namespace rocket_rides::chaos
