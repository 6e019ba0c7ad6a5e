#include "server_faults.hpp"

#include <algorithm>
#include <string>

#include "actors.hpp"
#include "mutants/mutant.hpp"
#include "testing/memory_outbox.hpp"
#include "world.hpp"

namespace contrail::simulation {

namespace {

void tell(World& world, const std::string& what) {
    world.tell("*", [&] { return what; });
}

void kill_a_process(World& world) {
    Process& victim = *world.processes[world.random.below(world.processes.size())];
    victim.kill();
    world.happened(Happened::killed_anywhere);
    tell(world, victim.name() + " is killed");
}

void stop_a_process(World& world) {
    Process& process = *world.processes[world.random.below(world.processes.size())];
    process.stop();
    tell(world, process.name() + " is asked to stop");
}

/// A connection breaks, or a timeout ends its transaction.
void end_a_session(World& world) {
    world.end_oldest_session();
    const auto running = world.database.snapshot().running;
    if (running.empty()) return;
    const auto which = world.random.below(running.size());
    const auto xid = *std::next(running.begin(), static_cast<std::ptrdiff_t>(which));
    world.database.end_session(xid);
    world.happened(Happened::session_ended);
    tell(world, "the session of transaction " + std::to_string(xid) + " ends");
}

void lose_tail(World& world) {
    if (world.log.records.empty()) return;
    world.log.lose_tail(world.random.between(1, 5));
    world.happened(Happened::log_lost_tail);
    tell(world, "the log loses its tail: its head is " + world.log.head.to_string());
}

void lose_everything(World& world) {
    world.log.lose_everything();
    world.happened(Happened::log_lost_all);
    tell(world, "the log loses everything");
}

void copy(World& world) {
    world.log_copy = world.log;
}

void fail_over(World& world) {
    if (!world.log_copy) return;
    const std::uint64_t run = world.log.run;
    world.log = *world.log_copy;
    world.log.run = run + 1;
    world.happened(Happened::log_failed_over);
    tell(world, "the log fails over to an older copy: its head is " + world.log.head.to_string());
}

void restart_database(World& world) {
    lose_what_was_not_flushed(world);
    world.database.restart();
    world.lingering.clear();
    world.leader.reset();
    world.happened(Happened::database_restarted);
    tell(world, "the database restarts");
}

void set_clock_back(World& world) {
    world.database.now_ms -= world.random.between(1, 5'000);
    world.happened(Happened::clock_set_back);
    tell(world, "the database's clock is set back");
}

void set_programs_clocks_ahead(World& world) {
    world.programs_ahead_ms += world.random.between(1, 5'000);
    world.happened(Happened::programs_clocks_set_ahead);
    tell(world, "the programs' clocks are set ahead");
}

/// As by CREATE DATABASE … TEMPLATE, with programs that lead to the same log. The log refuses the copy as long as it
/// knows whose it is. The first outbox at a log that lost everything begins it, so there only consumers do harm.
void copy_database(World& world) {
    if (world.copied_database || world.log.fed_by.id.empty()) return;
    testing::MemoryDatabase& copied = world.copied_database.emplace(world.database);
    copied.restart();
    copied.identity = {"2", "database b"};
    copied.owner = {"2", "database b"};
    const bool log_keeps_its_name = world.plan.lose_everything == 0 && world.plan.fail_over == 0;
    if (log_keeps_its_name) world.start("copy.streamer", run_copied_streamer);
    for (const auto& consumer : world.consumers) {
        const auto name = consumer.second;
        world.start("copy." + name.str(),
                    [name](Process& process) { return run_copied_consumer(process, name); });
    }
    world.happened(Happened::database_copied);
    tell(world, "the database is copied");
}

void back_up(World& world) {
    world.backup = world.database;
}

/// A restore to a point in time before the newest records of the log. From then on an operator must decide which of
/// the two is right, so nothing more happens to the log: whatever the programs do, it gets no record of the restored
/// outbox.
void set_back(World& world) {
    if (world.copied_database || !world.backup) return;
    world.network.deliver_all_abandoned();
    testing::MemoryOutbox outbox(*world.backup);
    if (outbox.newest().last >= world.log.head.offset) return;
    world.lingering.clear();
    world.leader.reset();
    const std::uint64_t last_seal_ms = world.database.batches.back().batch.sealed_ms;
    world.database.restore(*world.backup);
    world.set_back = true;
    world.oracle.set_back(last_seal_ms);
    world.happened(Happened::database_set_back);
    tell(world, "the database is set back");
}

/// An operator doubles or halves the segments of a consumer. What would wait in PostgreSQL, or be refused, does not
/// happen.
void change_segments(World& world, Happened what, std::size_t count_min, std::size_t count_max,
                     void (*change)(World&, const testing::MemoryDatabase::CheckpointKey&, std::uint32_t)) {
    const testing::MemoryDatabase::CheckpointKey key{world.stream.str(), ConsumerName("parts")};
    const std::size_t count = world.database.segments(key).size();
    if (count < count_min || count > count_max) return;
    try {
        change(world, key, static_cast<std::uint32_t>(count));
    } catch (const Error&) {
        return;
    }
    world.happened(what);
    tell(world, "parts now has " + std::to_string(world.database.segments(key).size()) + " segment(s)");
}

void split_segments(World& world) {
    change_segments(world, Happened::segments_split, 1, 4, simulation::split);
}

void merge_segments(World& world) {
    change_segments(world, Happened::segments_merged, 2, 8, simulation::merge);
}

/// A server cannot be reached for a while.
void begin_outage(World& world) {
    const bool log = world.random.chance(500);
    (log ? world.log_down_until : world.database_down_until) = world.step + world.random.between(5, 60);
    tell(world, std::string(log ? "the log" : "the database") + " is down for a while");
}

}  // namespace

void inject_server_faults(World& world) {
    const Plan& plan = world.plan;
    const auto perhaps = [&](std::uint64_t per_mille, void (*inject)(World&)) {
        if (per_mille > 0 && world.random.chance(per_mille)) inject(world);
    };
    perhaps(plan.kill, kill_a_process);
    perhaps(plan.stop, stop_a_process);
    perhaps(plan.end_session, end_a_session);
    if (!world.set_back) {
        perhaps(plan.lose_tail, lose_tail);
        perhaps(plan.lose_everything, lose_everything);
        perhaps(plan.copy, copy);
        perhaps(plan.fail_over, fail_over);
        perhaps(plan.copy_database, copy_database);
        perhaps(plan.back_up, back_up);
        perhaps(plan.set_back, set_back);
    }
    perhaps(plan.restart_database, restart_database);
    perhaps(plan.set_clock_back, set_clock_back);
    perhaps(plan.set_programs_clocks_ahead, set_programs_clocks_ahead);
    perhaps(plan.outage, begin_outage);
    perhaps(plan.split, split_segments);
    perhaps(plan.merge, merge_segments);
}

}  // namespace contrail::simulation
