#include "contrail/consumer.hpp"

#include <utility>

#include "actors.hpp"
#include "contrail/overloaded.hpp"
#include "mutants/mutant.hpp"
#include "service.hpp"
#include "testing/memory_checkpoints.hpp"

namespace contrail::simulation {

namespace {

/// Counts a consumer's events and writes them into the history.
void trace(Service& service, const ConsumerEvent& event) {
    Process& process = service.process;
    World& world = process.world;
    std::visit(
        overloaded{
            [&](const consumer_event::Located& located) {
                world.tell(process.name(),
                           [&] { return "located: its checkpoint is " + located.checkpoint.to_string(); });
            },
            [&](const consumer_event::Committed& committed) {
                world.tell(process.name(), [&] {
                    return "committed " + committed.first.to_string() + " to " + committed.last.to_string();
                });
            },
            [&](const consumer_event::Overtaken&) {
                world.happened(Happened::consumer_overtaken);
                world.tell(process.name(), [] { return std::string("was overtaken"); });
            },
            [&](const consumer_event::Retrying& retrying) { service.retry(retrying.error); },
            [](const auto&) {},
        },
        event);
}

/// Adds up a Total in the consumer's transaction, and fails now and then.
class AddUp {
public:
    AddUp(Process& process, ConsumerName name)
        : process_(process),
          name_(std::move(name)),
          keys_(name_.str()) {}

    void operator()(Transaction& transaction, std::span<const Record> records) {
        World& world = process_.world;
        auto& database = testing::memory_transaction(transaction);
        Total total{database.value(keys_.rides), database.value(keys_.distance), database.value(keys_.order)};
        process_.pause();
        for (const Record& record : records) {
            if (is_to_be_counted(world, name_, database, record)) total.add(ride_from(record.data));
        }
        database.set_value(keys_.rides, total.rides);
        database.set_value(keys_.distance, total.distance);
        if (!world.healed && world.random.chance(world.plan.handler_fails)) {
            world.happened(Happened::handler_failed);
            throw HandlerFailed{};
        }
        database.set_value(keys_.order, total.order);
    }

private:
    Process& process_;
    ConsumerName name_;
    TotalKeys keys_;
};

Consumer::Options consumer_options(const Plan& plan) {
    Consumer::Options options;
    options.batch.records_max = plan.batch_records_max;
    options.handler_attempts_max = static_cast<std::uint32_t>(plan.handler_attempts_max);
    options.report_every = Clock::Duration(plan.report_every_ms);
    return options;
}

}  // namespace

bool run_consumer(Process& process, const ConsumerName& name) {
    World& world = process.world;
    Service service(process);
    const auto own_checkpoints = make_checkpoints(process);
    testing::FaultyCheckpoints checkpoints(*own_checkpoints, service.database_faults);
    Consumer consumer(name, service.log, checkpoints, AddUp(process, name), consumer_options(world.plan),
                      service.clock, [&](const ConsumerEvent& event) { trace(service, event); });
    const bool is_to_be_started_again = service.run([&](const std::stop_token& stop) { consumer.run(stop); },
                                                    [&] { return world.oracle.was_cut_off(name); });
    if (!is_to_be_started_again) world.happened(Happened::consumer_stopped_by_cut);
    return is_to_be_started_again;
}

}  // namespace contrail::simulation
