#include "process.hpp"

#include <utility>

#include "testing/faults.hpp"
#include "world.hpp"

namespace contrail::simulation {

Process::Process(World& its_world, std::string name, Body body)
    : world(its_world),
      name_(std::move(name)),
      body_(std::move(body)),
      fiber_([this] { live(); }) {}

void Process::live() {
    for (bool first = true; !ending_; first = false) {
        try {
            if (!first) sleep_between_lives();
            stop_ = {};
            if (!body_(*this)) return;
        } catch (const testing::Crash&) {
            doomed_ = dying_ = false;
        }
        if (zombie_) return;  // Another runs in its place.
    }
}

void Process::sleep_between_lives() {
    const Plan& plan = world.plan;
    const bool is_long = !world.healed && world.random.chance(plan.absence);
    sleep(world.random.between(1, is_long ? plan.absence_max : plan.rest_between_lives_max()));
}

void Process::resume() {
    Process* const before = std::exchange(world.running, this);
    fiber_.resume();
    world.running = before;
}

bool Process::can_run() const {
    return !ended() && (doomed_ || sleeps_until_ <= world.step);
}

void Process::end() {
    ending_ = true;
    while (!ended()) {
        kill();
        resume();
    }
}

void Process::pause() {
    fiber_.suspend();
    if (!doomed_) return;
    crash();
    throw testing::Crash{};
}

void Process::sleep(std::uint64_t steps) {
    sleeps_until_ = world.step + steps;
    pause();
}

void Process::freeze() {
    world.happened(Happened::freeze);
    if (!std::exchange(zombie_, true)) world.start(name_ + "'", body_);
    sleep(world.random.between(10, world.plan.absence_max));
    world.happened(Happened::zombie_woke);
}

}  // namespace contrail::simulation
