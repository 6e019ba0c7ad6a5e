#include <csignal>

#include "chaos/disasters/kinds.hpp"
#include "chaos/world.hpp"

namespace rocket_rides::chaos {

namespace {

Disaster killed(const std::string& role, const std::vector<std::string>& names) {
    return {.name = "kill-" + role,
            .victim = Victim::programs,
            .does = "SIGKILL to the " + role + " or one of them",
            .undone = "it is started again by the supervisor",
            .strike = [names](World& world, Random& random) -> Strike {
                const std::string& name = any_of(names, random);
                const bool ran = world.programs.signal(name, SIGKILL);
                return {.told = ran ? "killed " + name : name + " is dead already", .over = true};
            }};
}

}  // namespace

std::vector<Disaster> killed_programs() {
    return {killed("streamer", streamers()), killed("consumer", consumers()), killed("api", apis())};
}

}  // namespace rocket_rides::chaos
