#include "contrail/consumer.hpp"

#include <utility>

#include "actors.hpp"
#include "mutants/mutant.hpp"
#include "service.hpp"
#include "testing/memory_checkpoints.hpp"

namespace contrail::simulation {

namespace {

class TracedConsumerEvents : public ConsumerEvents {
public:
    explicit TracedConsumerEvents(Service& service)
        : service_(service),
          process_(service.process),
          world_(process_.world) {}

    void located(RecordId checkpoint) override {
        world_.tell(process_.name(), [&] { return "located: its checkpoint is " + checkpoint.to_string(); });
    }
    void committed(RecordId first, RecordId last) override {
        world_.tell(process_.name(),
                    [&] { return "committed " + first.to_string() + " to " + last.to_string(); });
    }
    void overtaken() override {
        world_.happened(Happened::consumer_overtaken);
        world_.tell(process_.name(), [] { return std::string("was overtaken"); });
    }
    void retrying(const std::exception& error, Clock::Duration /*pause*/) override { service_.retry(error); }

private:
    Service& service_;
    Process& process_;
    World& world_;
};

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
    TracedConsumerEvents events(service);
    Consumer consumer(name, service.log, checkpoints, AddUp(process, name), consumer_options(world.plan),
                      service.clock, events);
    const bool is_to_be_started_again = service.run([&](const std::stop_token& stop) { consumer.run(stop); },
                                                    [&] { return world.oracle.was_cut_off(name); });
    if (!is_to_be_started_again) world.happened(Happened::consumer_stopped_by_cut);
    return is_to_be_started_again;
}

}  // namespace contrail::simulation
