#include "actors.hpp"
#include "contrail/consumer.hpp"
#include "mutants/mutant.hpp"
#include "service.hpp"
#include "testing/faults.hpp"

namespace contrail::simulation {

namespace {

/// "Latest" is never before a record that the log has held: a log that has just lost it must not be believed.
void require_latest(World& world, RecordId began_after, std::uint64_t held_before) {
    world.happened(Happened::late_consumer_began);
    if (began_after.offset.value >= held_before) return;
    world.violate(Rule::effects_once, "a consumer that wants what comes next begins after " +
                                          began_after.to_string() + ", and the log had held offset " +
                                          std::to_string(held_before));
}

}  // namespace

bool run_late_consumer(Process& process) {
    World& world = process.world;
    if (world.healed) return false;
    const ConsumerName name("late");
    const bool is_new = !world.database.checkpoint({world.stream.str(), name});
    if (is_new) process.sleep(world.random.below(world.plan.steps));
    Service service(process);
    const auto own_checkpoints = make_checkpoints(process);
    testing::FaultyCheckpoints checkpoints(*own_checkpoints, service.database_faults);
    const std::uint64_t held_before = world.oracle.records_seen();
    const Handler ignore = [](Transaction&, std::span<const Record>) {};
    Consumer::Options options;
    options.start = start::Latest{};
    options.report_every = Clock::Duration(world.plan.report_every_ms);
    Consumer consumer(name, service.log, checkpoints, ignore, options, service.clock,
                      [&](const ConsumerEvent& event) {
                          if (const auto* registered = std::get_if<consumer_event::Registered>(&event))
                              require_latest(world, registered->checkpoint, held_before);
                          if (const auto* retrying = std::get_if<consumer_event::Retrying>(&event)) {
                              service.retry(retrying->error);
                              if (std::string_view(retrying->error.what()).find("Cannot start consumer") !=
                                  std::string_view::npos)
                                  world.happened(Happened::late_consumer_waited);
                          }
                          if (world.healed) process.stop();
                      });
    // If the log lost the registration, it may be trimmed past this consumer, which then meets a gap.
    return service.run([&](const std::stop_token& stop) { consumer.run(stop); }, [] { return true; });
}

}  // namespace contrail::simulation
