#include "process_faults.hpp"

#include <string>
#include <utility>

#include "process.hpp"
#include "world.hpp"

namespace contrail::simulation {

using testing::Fault;

namespace {

struct FaultWords {
    std::string_view words;
    Happened happened;
};

FaultWords words_for(Fault fault) {
    switch (fault) {
        case Fault::refused:
            return {": refused", Happened::call_refused};
        case Fault::reply_lost:
            return {": done, but the reply is lost", Happened::reply_lost};
        case Fault::crash_before:
            return {": dies before it", Happened::crash_before_call};
        case Fault::crash_after:
            return {": dies after it", Happened::crash_after_call};
        case Fault::none:
            break;
    }
    return {"", Happened::count_of_kinds};
}

}  // namespace

Fault ProcessFaults::next(std::string_view call) {
    World& world = process_.world;
    process_.pause();
    if (!world.healed && world.random.chance(world.plan.delayed)) {
        world.happened(Happened::call_delayed);
        process_.sleep(world.random.between(1, 30));
    }
    if (!world.healed && world.random.chance(world.plan.freeze)) {
        world.tell(process_.name(), [&] { return "freezes before " + std::string(call); });
        process_.freeze();
    }
    const Fault fault = world.healed ? Fault::none : draw();
    note(call, fault);
    return fault;
}

Fault ProcessFaults::draw() {
    World& world = process_.world;
    if (world.step < down_until_) return Fault::refused;
    std::uint64_t number = world.random.below(1'000);
    for (const auto& [fault, per_mille] : {std::pair(Fault::refused, world.plan.refused),
                                           {Fault::reply_lost, world.plan.reply_lost},
                                           {Fault::crash_before, world.plan.crash_before},
                                           {Fault::crash_after, world.plan.crash_after}}) {
        if (number < per_mille) return fault;
        number -= per_mille;
    }
    return Fault::none;
}

void ProcessFaults::note(std::string_view call, Fault fault) {
    World& world = process_.world;
    const FaultWords words = words_for(fault);
    world.tell(process_.name(),
               [&] { return std::string(port_).append(".").append(call).append(words.words); });
    if (fault == Fault::none) return;
    world.happened(words.happened);
    failed_ = true;
    if (fault == Fault::crash_before || fault == Fault::crash_after) process_.crash();
}

bool ProcessFaults::failed_meanwhile() {
    return std::exchange(failed_, false);
}

SessionFaults::SessionFaults(Process& process, testing::FaultPlan& faults)
    : process_(process),
      faults_(faults),
      restarts_(process.world.database.restarts()) {}

Fault SessionFaults::next(std::string_view call) {
    const Fault fault = faults_.next(call);
    const std::uint64_t restarts = process_.world.database.restarts();
    if (std::exchange(restarts_, restarts) == restarts) return fault;
    process_.world.tell(process_.name(), [] { return "  its session is lost"; });
    return Fault::refused;
}

}  // namespace contrail::simulation
