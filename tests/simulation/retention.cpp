#include "contrail/retention.hpp"

#include "actors.hpp"
#include "attempt.hpp"
#include "mutants/mutant.hpp"

namespace contrail::simulation {

namespace {

class Events : public RetentionEvents {
public:
    explicit Events(Process& process) : process_(process), world_(process.world) {}

    void dropped(RecordId keep_from, const Released& released) override {
        world_.happened(Happened::segment_emptied, released.segments_emptied);
        world_.tell(process_.name(), [&] {
            return "dropped what comes before " + keep_from.to_string() + "; emptied " +
                   std::to_string(released.segments_emptied) + " segments";
        });
    }
    void obstructed(const std::string& /*obstacle*/) override { world_.happened(Happened::segment_in_use); }
    void cut_off(const ConsumerName& consumer, const CutOff& missed) override {
        world_.happened(Happened::consumer_cut_off);
        world_.tell(process_.name(), [&] {
            return "cut off " + consumer.str() + ", which misses " +
                   std::to_string(missed.first_missed.value) + " to " +
                   std::to_string(missed.last_missed.value);
        });
    }

private:
    Process& process_;
    World& world_;
};

Retention::Options options_for(const Plan& plan) {
    Retention::Options options;
    if (plan.log_records_max > 0) options.limits.records_max = plan.log_records_max;
    if (plan.log_age_max_ms > 0) options.limits.age_max = Clock::Duration(plan.log_age_max_ms);
    return options;
}

}  // namespace

void run_retention(Process& process) {
    World& world = process.world;
    const auto own_outbox = make_outbox(process);
    ProcessFaults outbox_faults(process, "outbox", world.database_down_until);
    testing::FaultyOutbox outbox(*own_outbox, outbox_faults);
    NetworkLog own_log(process);
    ProcessFaults log_faults(process, "log", world.log_down_until);
    testing::FaultyLog log(own_log, log_faults);
    Events events(process);

    Retention retention(outbox, log, world.clock, options_for(world.plan), events);
    const auto pass = [&]() -> std::size_t {
        retention.run_once();
        return 0;
    };
    while (attempt(process, own_log, log_faults, pass)) {
    }
}

}  // namespace contrail::simulation
