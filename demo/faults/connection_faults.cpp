#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "demo/faults/kinds.hpp"
#include "demo/faults/network/network.hpp"
#include "demo/faults/system.hpp"

namespace demo {

namespace {

using Names = std::vector<std::string>;

/// One of the links, half of them, or all.
Names some_links(const Network& network, Random& random) {
    Names names = network.names();
    std::ranges::shuffle(names, random);
    const std::size_t counts[] = {1, std::max<std::size_t>(2, names.size() / 2), names.size()};
    names.resize(counts[std::uniform_int_distribution(0, 2)(random)]);
    return names;
}

void change(System& system, const Names& names, const std::function<void(Link&)>& action) {
    for (const std::string& name : names) system.network->change(name, action);
}

std::string text(const Names& names) {
    return names.size() <= 3 ? fmt::format("{}", fmt::join(names, ", "))
                             : fmt::format("{} and {} more", names.front(), names.size() - 1);
}

bool toss(Random& random) {
    return std::bernoulli_distribution(0.5)(random);
}

std::function<void()> open_again(System& system, const Names& names) {
    return [&system, names] { change(system, names, [](Link& link) { link.set({}); }); };
}

Injection cut(System& system, Random& random) {
    const Names names = some_links(*system.network, random);
    const bool torn = toss(random);
    change(system, names, [&](Link& link) { link.cut(torn); });
    return {.what = "cut the connections of " + text(names) + (torn ? " in the middle of a message" : ""),
            .repair = "",
            .momentary = true};
}

Injection refuse(System& system, Random& random) {
    const Names names = some_links(*system.network, random);
    change(system, names, [](Link& link) { link.set({Condition::Kind::refusing}); });
    return {.what = "cut the connections of " + text(names) + " and refuse new ones",
            .repair = "new connections work",
            .end = open_again(system, names)};
}

Injection slow_down(System& system, Random& random) {
    const Names names = some_links(*system.network, random);
    const std::chrono::milliseconds delay(std::uniform_int_distribution(5, 300)(random));
    change(system, names, [&](Link& link) { link.set({Condition::Kind::slow, delay}); });
    return {.what = fmt::format("delay every message of {} by {} ms", text(names), delay.count()),
            .repair = "messages pass at once",
            .end = open_again(system, names)};
}

Injection silence(System& system, Random& random) {
    const Names names = some_links(*system.network, random);
    change(system, names, [](Link& link) { link.set({Condition::Kind::silent}); });
    return {.what = "hold back every byte of " + text(names),
            .repair = "bytes pass again",
            .end = open_again(system, names)};
}

Injection make_half_open(System& system, Random& random) {
    const Names names = some_links(*system.network, random);
    const bool revive = toss(random);
    change(system, names, [](Link& link) { link.make_half_open(); });
    return {
        .what = "leave the connections of " + text(names) + " half open" + (revive ? ", to revive them" : ""),
        .repair = "no connection is half open",
        .end = [&system, names, revive] {
            change(system, names, [&](Link& link) { link.end_half_open(revive); });
        }};
}

Fault connection_fault(const std::string& name, const std::string& does, const std::string& ends,
                       Injection (*inject)(System&, Random&)) {
    return {.name = name,
            .target = Target::network,
            .does = does,
            .ends = ends,
            .inject = inject,
            .obstacle = [](const System& system) -> std::optional<std::string> {
                if (system.network != nullptr) return std::nullopt;
                return "no proxy stands between programs and servers";
            }};
}

}  // namespace

std::vector<Fault> connection_faults() {
    return {
        connection_fault(
            "cut-connections",
            "closes connections between programs and servers, half of the time in the middle of a message",
            "new connections work at once", cut),
        connection_fault("refuse-connections",
                         "closes connections between programs and servers, and refuses new ones",
                         "new connections work", refuse),
        connection_fault("slow-connections",
                         "delays every message between programs and servers by 5 to 300 ms",
                         "messages pass at once", slow_down),
        connection_fault("silent-connections",
                         "lets no byte pass between programs and servers, and closes no connection",
                         "the held bytes pass, late", silence),
        connection_fault("half-open-connections",
                         "lets no byte pass on the present connections; new ones work",
                         "the proxy closes them, or lets them go on where they stopped", make_half_open)};
}

}  // namespace demo
