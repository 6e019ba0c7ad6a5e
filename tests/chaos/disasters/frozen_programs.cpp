#include <csignal>

#include "chaos/disasters/kinds.hpp"
#include "chaos/world.hpp"

namespace rocket_rides::chaos {

namespace {

Disaster frozen(const std::string& role, const std::vector<std::string>& names) {
    return {.name = "freeze-" + role,
            .victim = Victim::programs,
            .does = "SIGSTOP to the " + role + " or one of them",
            .undone = "SIGCONT: it wakes as a zombie, which believes that no time has passed",
            .strike = [names](World& world, Random& random) -> Strike {
                const std::string& name = any_of(names, random);
                if (!world.programs.signal(name, SIGSTOP))
                    return {.told = name + " is dead, and cannot freeze", .over = true};
                return {.told = "froze " + name,
                        .undo = [&world, name] { world.programs.signal(name, SIGCONT); }};
            }};
}

}  // namespace

std::vector<Disaster> frozen_programs() {
    return {frozen("streamer", streamers()), frozen("consumer", consumers()), frozen("api", apis())};
}

}  // namespace rocket_rides::chaos
