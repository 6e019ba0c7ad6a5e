#include "history.hpp"

#include <algorithm>
#include <utility>

#include "actors.hpp"
#include "liveness.hpp"
#include "server_faults.hpp"
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
    for (const auto& [batch, snapshot] : world.database.batches)
        world.sealed.try_emplace(batch.first, world.step);
    ++world.step;
    world.clock.advance(Clock::Duration(1));
    ++world.database.now_ms;
}

void run(World& world, Process& process) {
    process.resume();
    if (!process.ended()) return;
    std::erase_if(world.processes, [](const auto& any) { return any->ended(); });
}

/// Any process that can run; null if none can.
Process* choose(World& world) {
    const std::size_t count = world.processes.size();
    std::size_t chosen = world.random.below(count);
    for (std::size_t i = 0; i < count; ++i, chosen = (chosen + 1) % count) {
        if (world.processes[chosen]->can_run()) return world.processes[chosen].get();
    }
    return nullptr;
}

void play_with_faults(World& world, const FaultsEnd& end) {
    while (world.step < world.plan.steps && !world.violation && !(end && end(world))) {
        pass_time(world);
        inject_server_faults(world);
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

/// One call of every process that can run.
void play_round(World& world) {
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

void violate_liveness(World& world, std::uint64_t rounds) {
    try {
        world.oracle.throw_not_done("although nothing failed any more and nothing moved for " +
                                    std::to_string(rounds) + " rounds");
    } catch (Violation& violation) {
        world.violate(violation.rule, std::move(violation.what));
    }
}

void play_healed(World& world) {
    StandstillDetector detector(world);
    while (!world.violation && (world.open_transactions > 0 || !world.oracle.all_done())) {
        play_round(world);
        if (!world.violation && detector.stands_still()) violate_liveness(world, detector.rounds_max());
    }
}

}  // namespace

Outcome play(std::uint64_t seed, Mutant mutant, Trace::Sink trace, const FaultsEnd& end) {
    World world(seed, mutant, std::move(trace));
    play_with_faults(world, end);
    if (!world.set_back) {
        heal(world);
        play_healed(world);
    }
    judge_archive(world);
    world.happened(Happened::commit_overtaken, world.oracle.overtaken_records());
    if (world.violation) {
        world.tell("*", [&] { return "VIOLATION: " + std::string(name_of(world.violation->rule)); });
    }
    return {world.step, world.coverage, world.violation};
}

}  // namespace contrail::simulation
