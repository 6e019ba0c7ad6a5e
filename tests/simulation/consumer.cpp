#include "contrail/consumer.hpp"

#include <utility>

#include "actors.hpp"
#include "attempt.hpp"
#include "mutants/mutant.hpp"
#include "testing/memory_checkpoints.hpp"

namespace contrail::simulation {

namespace {

class Events : public ConsumerEvents {
public:
    explicit Events(Process& process) : process_(process), world_(process.world) {}

    void located(RecordId checkpoint) override {
        world_.tell(process_.name(), [&] { return "located: its checkpoint is " + checkpoint.to_string(); });
    }
    void committed(std::size_t records, RecordId checkpoint) override {
        world_.tell(process_.name(), [&] {
            return "committed " + std::to_string(records) + " records up to " + checkpoint.to_string();
        });
    }
    void overtaken() override {
        world_.happened(Happened::consumer_overtaken);
        world_.tell(process_.name(), [] { return std::string("was overtaken"); });
    }

private:
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
        if (!world.healed && world.random.chance(world.plan.handler_fails)) throw HandlerFailed{};
        database.set_value(keys_.order, total.order);
    }

private:
    Process& process_;
    ConsumerName name_;
    TotalKeys keys_;
};

Consumer::Options options_for(const Plan& plan) {
    Consumer::Options options;
    options.batch.records_max = plan.batch_records_max;
    options.report_every = Clock::Duration(plan.report_every_ms);
    return options;
}

}  // namespace

void run_consumer(Process& process, const ConsumerName& name) {
    World& world = process.world;
    const auto own_checkpoints = make_checkpoints(process);
    ProcessFaults checkpoint_faults(process, "checkpoints", world.database_down_until);
    testing::FaultyCheckpoints checkpoints(*own_checkpoints, checkpoint_faults);
    NetworkLog own_log(process);
    ProcessFaults log_faults(process, "log", world.log_down_until);
    testing::FaultyLog log(own_log, log_faults);
    Events events(process);

    Consumer consumer(name, log, checkpoints, AddUp(process, name), options_for(world.plan), world.clock,
                      events);
    const auto was_cut_off = [&] { return world.oracle.was_cut_off(name); };
    while (attempt(
        process, own_log, log_faults, [&] { return consumer.run_once(); }, was_cut_off)) {
        if (!world.healed && world.random.chance(world.plan.absence)) {
            process.sleep(world.random.between(1, world.plan.absence_max));
        }
    }
    world.happened(Happened::consumer_stopped_by_cut);
}

}  // namespace contrail::simulation
