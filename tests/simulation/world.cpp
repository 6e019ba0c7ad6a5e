#include "world.hpp"

#include <algorithm>
#include <utility>

#include "actors.hpp"

namespace contrail::simulation {

namespace {

std::vector<testing::MemoryDatabase::CheckpointKey> name_consumers(const Plan& plan,
                                                                   const StreamName& stream) {
    std::vector<testing::MemoryDatabase::CheckpointKey> consumers;
    for (std::uint64_t i = 0; i < plan.names; ++i) {
        consumers.emplace_back(stream.str(), ConsumerName("consumer" + std::to_string(i)));
    }
    if (plan.has_segments) consumers.emplace_back(stream.str(), ConsumerName("parts"));
    return consumers;
}

/// In few histories: files cost more than all else. It draws from no world's chances, so the others stay as they are.
bool has_archive(std::uint64_t seed, Mutant mutant, const Plan& plan) {
    if (!plan.registered_beforehand || plan.is_long) return false;
    return mutant == Mutant::hasty_archive || Random(~seed).chance(150);
}

}  // namespace

World::World(std::uint64_t seed, Mutant its_mutant, Trace::Sink trace_sink)
    : random(seed),
      plan(random),
      mutant(its_mutant),
      trace(std::move(trace_sink)),
      records_left(plan.records_max),
      network(*this),
      consumers(name_consumers(plan, stream)),
      oracle(database, log, consumers) {
    database.now_ms = clock.unix_ms();
    database.identity = {"1", "database a"};
    database.owner = {"1", "database a"};
    database.in_statement = [this] {
        if (running != nullptr) running->sleep(random.chance(500) ? random.below(statement_steps_max) : 0);
    };
    for (std::uint64_t i = 0; i < plan.writers; ++i) start("writer" + std::to_string(i), run_writer);
    for (std::uint64_t i = 0; i < plan.streamers; ++i) start("streamer" + std::to_string(i), run_streamer);
    for (std::uint64_t i = 0; i < plan.retentions; ++i) start("retention" + std::to_string(i), run_retention);
    if (plan.starts_late) start("late", run_late_consumer);
    if (has_archive(seed, its_mutant, plan)) {
        archive = std::make_unique<ArchiveFolder>(archive::Identity{.id = archive::new_id(),
                                                                    .log = stream.str(),
                                                                    .outbox = database.identity,
                                                                    .begins_after = RecordId{}});
        database.consumers.emplace(archive_name(),
                                   RegisteredConsumer{.name = archive_name(), .position = {}});
        start("archive", run_archive);
    }
    for (const auto& consumer : consumers) {
        log.owners[consumer.second].owner = database.owner;
        if (plan.registered_beforehand)
            database.consumers.emplace(
                consumer.second,
                RegisteredConsumer{.name = consumer.second, .position = {}, .owner = database.owner});
        for (std::uint64_t i = 0; i < plan.instances; ++i) {
            const auto name = consumer.second;
            start(name.str() + "." + std::to_string(i), [name](Process& process) {
                return has_segments(name) ? run_partitioned_consumer(process, name)
                                          : run_consumer(process, name);
            });
        }
    }
}

World::~World() {
    healed = true;
    for (const auto& process : processes) process->end();
}

void World::start(std::string name, Process::Body body) {
    processes.push_back(std::make_unique<Process>(*this, std::move(name), std::move(body)));
}

void World::violate(Rule rule, std::string what) {
    // What an operator decides then, and what is lost until then, is no matter of the programs.
    if (set_back && (rule == Rule::goes_on || rule == Rule::nothing_needed_dropped)) return;
    if (!violation) violation = Violation{rule, std::move(what)};
}

void World::linger(std::shared_ptr<void> session) {
    if (healed || !random.chance(plan.linger)) return;
    lingering.push_back(std::move(session));
    happened(Happened::session_lingered);
}

void World::end_oldest_session() {
    if (!lingering.empty()) lingering.erase(lingering.begin());
}

}  // namespace contrail::simulation
