#include <fmt/format.h>

#include <algorithm>

#include "chaos/disasters/kinds.hpp"
#include "chaos/world.hpp"

namespace rocket_rides::chaos {

namespace {

using Names = std::vector<std::string>;

/// One of the ways, or some, or all.
Names some_ways(const Network& network, Random& random) {
    Names names = network.names();
    std::ranges::shuffle(names, random);
    const std::size_t counts[] = {1, std::max<std::size_t>(2, names.size() / 2), names.size()};
    names.resize(counts[std::uniform_int_distribution(0, 2)(random)]);
    return names;
}

void act_on(World& world, const Names& names, const std::function<void(Link&)>& action) {
    for (const std::string& name : names) world.network.act(name, action);
}

std::string text(const Names& names) {
    return names.size() <= 3 ? fmt::format("{}", fmt::join(names, ", "))
                             : fmt::format("{} and {} more", names.front(), names.size() - 1);
}

bool toss(Random& random) {
    return std::bernoulli_distribution(0.5)(random);
}

Strike cut(World& world, Random& random) {
    const Names names = some_ways(world.network, random);
    const bool torn = toss(random);
    act_on(world, names, [&](Link& link) { link.cut(torn); });
    return {.told = "cut the connections of " + text(names) + (torn ? ", in the middle of a message" : ""),
            .over = true};
}

Strike refuse(World& world, Random& random) {
    const Names names = some_ways(world.network, random);
    act_on(world, names, [](Link& link) { link.set({Condition::Kind::refusing}); });
    return {.told = "cut the connections of " + text(names) + ", and refuse new ones",
            .undo = [&world, names] { act_on(world, names, [](Link& link) { link.set({}); }); }};
}

Strike slow_down(World& world, Random& random) {
    const Names names = some_ways(world.network, random);
    const std::chrono::milliseconds delay(std::uniform_int_distribution(5, 300)(random));
    act_on(world, names, [&](Link& link) { link.set({Condition::Kind::slow, delay}); });
    return {.told = fmt::format("delay every message of {} by {} ms", text(names), delay.count()),
            .undo = [&world, names] { act_on(world, names, [](Link& link) { link.set({}); }); }};
}

Strike silence(World& world, Random& random) {
    const Names names = some_ways(world.network, random);
    act_on(world, names, [](Link& link) { link.set({Condition::Kind::silent}); });
    return {.told = "let nothing pass at " + text(names),
            .undo = [&world, names] { act_on(world, names, [](Link& link) { link.set({}); }); }};
}

Strike make_half_open(World& world, Random& random) {
    const Names names = some_ways(world.network, random);
    const bool revive = toss(random);
    act_on(world, names, [](Link& link) { link.make_half_open(); });
    return {.told = "half-open the connections of " + text(names) + (revive ? ", which come back" : ""),
            .undo = [&world, names, revive] {
                act_on(world, names, [&](Link& link) { link.end_half_open(revive); });
            }};
}

}  // namespace

std::vector<Disaster> broken_connections() {
    return {{.name = "cut-connections",
             .victim = Victim::network,
             .does = "closes connections between programs and servers, half of the time in mid-message",
             .undone = "new connections can be made at once",
             .strike = cut},
            {.name = "refuse-connections",
             .victim = Victim::network,
             .does = "closes connections between programs and servers, and all that are made anew",
             .undone = "new connections can be made",
             .strike = refuse},
            {.name = "slow-connections",
             .victim = Victim::network,
             .does = "delays every message between programs and servers by 5 to 300 ms",
             .undone = "messages pass at once",
             .strike = slow_down},
            {.name = "silent-connections",
             .victim = Victim::network,
             .does = "lets no byte pass between programs and servers, and closes nothing",
             .undone = "all that waited passes, late",
             .strike = silence},
            {.name = "half-open-connections",
             .victim = Victim::network,
             .does = "lets no byte pass on the connections that there are; new ones work",
             .undone = "they are closed, or go on where they stopped",
             .strike = make_half_open}};
}

}  // namespace rocket_rides::chaos
