#include <stop_token>
#include <utility>

#include "actors.hpp"
#include "contrail/consumer.hpp"
#include "contrail/record_key.hpp"
#include "mutants/mutant.hpp"
#include "service.hpp"
#include "testing/memory_checkpoints.hpp"
#include "thing.hpp"

namespace contrail::simulation {

namespace {

/// Adds up a Total for each thing that rides are about, in the transaction of their segment.
class AddUpByThing {
public:
    AddUpByThing(Process& process, std::string consumer)
        : process_(process),
          consumer_(std::move(consumer)) {}

    void operator()(Transaction& transaction, std::span<const Record> records) const {
        auto& database = testing::memory_transaction(transaction);
        for (const Record& record : records) {
            const Ride ride = ride_from(record.data);
            const TotalKeys keys(consumer_ + '/' + thing_of(ride));
            Total total{database.value(keys.rides), database.value(keys.distance),
                        database.value(keys.order)};
            total.add(ride);
            process_.pause();
            database.set_value(keys.rides, total.rides);
            database.set_value(keys.distance, total.distance);
            database.set_value(keys.order, total.order);
        }
    }

private:
    Process& process_;
    std::string consumer_;
};

/// Works on one segment after the other, whichever other instances work on: claims decide nothing, so here there are
/// none.
class Instance {
public:
    Instance(Process& process, const ConsumerName& name, Service& service, Checkpoints& checkpoints)
        : process_(process),
          name_(name),
          service_(service),
          checkpoints_(checkpoints),
          turn_(process.world.random.below(8)) {}

    void visit(const std::stop_token& stop) {
        World& world = process_.world;
        const auto count =
            static_cast<std::uint32_t>(world.database.segments({world.stream.str(), name_}).size());
        const Segment segment{static_cast<std::uint32_t>(turn_++) % std::max(count, 1U), std::max(count, 1U)};
        Consumer::Options options;
        options.batch.records_max = world.plan.batch_records_max;
        options.report_every = Clock::Duration(world.plan.report_every_ms);
        options.left_out_wait_max = Clock::Duration(0);
        options.segment = segment;
        options.key = [&world, segment](const Record& record) { return key_for(world, segment, record); };
        std::stop_source visit;
        const std::stop_callback end_with_the_process(stop, [&] { visit.request_stop(); });
        Consumer consumer(name_, service_.log, checkpoints_, AddUpByThing(process_, name_.str()), options,
                          service_.clock, [&](const ConsumerEvent& event) { note(event, segment, visit); });
        try {
            consumer.run(visit.get_token());
        } catch (const SegmentsChanged&) {
            world.happened(Happened::segment_gone);
            process_.sleep(1);
        }
    }

private:
    /// A few batches are enough, and so is a segment that has nothing to do.
    void note(const ConsumerEvent& event, Segment segment, std::stop_source& visit) {
        World& world = process_.world;
        if (const auto* retrying = std::get_if<consumer_event::Retrying>(&event))
            service_.retry(retrying->error);
        if (const auto* committed = std::get_if<consumer_event::Committed>(&event)) {
            world.tell(process_.name(), [&] {
                return "segment " + segment.to_string() + " committed " + committed->first.to_string() +
                       " to " + committed->last.to_string();
            });
            if (!segment.is_all()) world.happened(Happened::segment_moved);
            if (world.random.chance(300)) visit.request_stop();
        }
        if (std::holds_alternative<consumer_event::Waiting>(event) ||
            std::holds_alternative<consumer_event::Overtaken>(event))
            visit.request_stop();
    }

    Process& process_;
    const ConsumerName& name_;
    Service& service_;
    Checkpoints& checkpoints_;
    std::uint64_t turn_;
};

}  // namespace

bool run_partitioned_consumer(Process& process, const ConsumerName& name) {
    World& world = process.world;
    Service service(process);
    const auto own_checkpoints = make_checkpoints(process);
    testing::FaultyCheckpoints checkpoints(*own_checkpoints, service.database_faults);
    Instance instance(process, name, service, checkpoints);
    return service.run(
        [&](const std::stop_token& stop) {
            while (!stop.stop_requested()) instance.visit(stop);
        },
        [&] { return world.oracle.was_cut_off(name); });
}

}  // namespace contrail::simulation
