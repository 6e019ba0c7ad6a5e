#include "history.hpp"

#include <algorithm>
#include <utility>

#include "disasters.hpp"
#include "world.hpp"

namespace contrail::simulation {

namespace {

void judge(World& world) {
    try {
        world.oracle.judge();
    } catch (Violation& violation) {
        world.violate(violation.rule, std::move(violation.what));
    }
}

void pass_time(World& world) {
    ++world.step;
    world.clock.advance(Clock::Duration(1));
    ++world.database.now_ms;
}

void run(World& world, Process& process) {
    process.resume();
    if (!process.ended()) return;
    std::erase_if(world.processes, [](const auto& any) { return any->ended(); });
}

/// Any process that can run; nobody if none can.
Process* choose(World& world) {
    const std::size_t count = world.processes.size();
    std::size_t chosen = world.random.below(count);
    for (std::size_t i = 0; i < count; ++i, chosen = (chosen + 1) % count) {
        if (world.processes[chosen]->can_run()) return world.processes[chosen].get();
    }
    return nullptr;
}

void play_with_faults(World& world) {
    while (world.step < world.plan.steps && !world.violation) {
        pass_time(world);
        strike(world);
        if (Process* const process = choose(world)) run(world, *process);
        world.network.deliver();
        judge(world);
    }
}

void heal(World& world) {
    world.healed = true;
    world.records_left = 0;
    world.lingering.clear();
    world.network.deliver_all_abandoned();
    for (const auto& process : world.processes) process->wake();
    world.tell("*", [] { return std::string("from here on nothing fails"); });
}

/// In a round, every process makes one call. The worst case is that each record is a batch of its own, and
/// goes to the log, and from there to each consumer, by itself: a streamer needs at most 12 calls and rests
/// for that, a consumer at most 10. One of those that compete makes progress with each.
std::uint64_t rounds_max(const World& world) {
    const Plan& plan = world.plan;
    return (world.oracle.committed_records() + 2) * (22 + 2 * plan.pause_max) + plan.head_check_every_ms +
           plan.pause_max * 8;
}

void play_healed(World& world) {
    const std::uint64_t rounds = rounds_max(world);
    for (std::uint64_t round = 0; !world.violation; ++round) {
        if (world.open_transactions == 0 && world.oracle.all_done()) return;
        if (round == rounds) {
            try {
                world.oracle.throw_not_done("within " + std::to_string(rounds) +
                                            " rounds after the last fault");
            } catch (Violation& violation) {
                return world.violate(violation.rule, std::move(violation.what));
            }
        }
        pass_time(world);
        for (std::size_t i = 0; i < world.processes.size() && !world.violation; ++i) {
            Process& process = *world.processes[i];
            if (!process.can_run()) continue;
            process.resume();
            judge(world);
        }
        std::erase_if(world.processes, [](const auto& process) { return process->ended(); });
        world.network.deliver();
    }
}

}  // namespace

Outcome play(std::uint64_t seed, Mutant mutant, Trace::Sink trace) {
    World world(seed, mutant, std::move(trace));
    play_with_faults(world);
    heal(world);
    play_healed(world);
    world.happened(Happened::commit_overtaken, world.oracle.overtaken_records());
    if (world.violation) {
        world.tell("*", [&] { return "VIOLATION: " + std::string(name_of(world.violation->rule)); });
    }
    return {world.step, world.coverage, world.violation};
}

}  // namespace contrail::simulation
