#include <csignal>

#include "chaos/disasters/kinds.hpp"
#include "chaos/world.hpp"

namespace rocket_rides::chaos {

namespace {

Strike kill_it(World& world, Random&) {
    world.servers.redis().process().signal(SIGKILL);
    return {.told = "killed Redis"};
}

Strike freeze(World& world, Random&) {
    world.servers.redis().process().signal(SIGSTOP);
    return {.told = "froze Redis", .undo = [&world] { world.servers.redis().process().signal(SIGCONT); }};
}

}  // namespace

std::vector<Disaster> redis_failures() {
    return {{.name = "kill-redis",
             .victim = Victim::redis,
             .does = "SIGKILL to Redis",
             .undone = "it is started again, with its data",
             .strike = kill_it},
            {.name = "freeze-redis",
             .victim = Victim::redis,
             .does = "SIGSTOP to Redis",
             .undone = "SIGCONT",
             .strike = freeze}};
}

}  // namespace rocket_rides::chaos
