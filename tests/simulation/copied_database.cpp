#include <optional>
#include <string>

#include "actors.hpp"
#include "contrail/consumer.hpp"
#include "contrail/streamer.hpp"
#include "ride.hpp"
#include "service.hpp"
#include "testing/memory_checkpoints.hpp"
#include "testing/memory_outbox.hpp"

namespace contrail::simulation {

namespace {

/// A ride that no service staged as far as the oracle knows.
void stage_a_ride_of_the_copy(testing::MemoryDatabase& database) {
    constexpr std::uint64_t serial = 1'000'000'000;
    testing::MemoryTransaction transaction(database);
    transaction.stage("create", "ride", to_json({.serial = serial}));
    transaction.commit();
}

/// Runs until the log refuses it, or the faults end. It is not started again.
template <typename Loop>
bool run_until_refused(Service& service, Loop loop) {
    World& world = service.process.world;
    if (world.healed) return false;
    const bool goes_on = service.run(loop, [] { return true; });
    if (!goes_on) world.happened(Happened::copy_refused);
    return goes_on && !world.healed;
}

}  // namespace

bool run_copied_streamer(Process& process) {
    World& world = process.world;
    Service service(process);
    testing::MemoryDatabase& database = *world.copied_database;
    stage_a_ride_of_the_copy(database);
    testing::MemoryOutbox own_outbox(database);
    testing::FaultyOutbox outbox(own_outbox, service.database_faults);
    Streamer streamer(outbox, service.log, service.clock, {}, [&](const StreamerEvent& event) {
        if (const auto* retrying = std::get_if<streamer_event::Retrying>(&event))
            service.retry(retrying->error);
        if (world.healed) process.stop();
    });
    return run_until_refused(service, [&](const std::stop_token& stop) { streamer.run(stop); });
}

bool run_copied_consumer(Process& process, const ConsumerName& name) {
    World& world = process.world;
    Service service(process);
    testing::MemoryCheckpoints own_checkpoints(*world.copied_database, world.stream);
    testing::FaultyCheckpoints checkpoints(own_checkpoints, service.database_faults);
    const Handler ignore = [](Transaction&, std::span<const Record>) {};
    Consumer::Options options;
    options.report_every = Clock::Duration(world.plan.report_every_ms);
    Consumer consumer(name, service.log, checkpoints, ignore, options, service.clock,
                      [&](const ConsumerEvent& event) {
                          if (const auto* retrying = std::get_if<consumer_event::Retrying>(&event))
                              service.retry(retrying->error);
                          if (world.healed) process.stop();
                      });
    return run_until_refused(service, [&](const std::stop_token& stop) { consumer.run(stop); });
}

}  // namespace contrail::simulation
