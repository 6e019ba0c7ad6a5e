#include "contrail/retention.hpp"

#include "actors.hpp"
#include "mutants/mutant.hpp"
#include "service.hpp"

namespace contrail::simulation {

namespace {

class TracedRetentionEvents : public RetentionEvents {
public:
    explicit TracedRetentionEvents(Service& service)
        : service_(service),
          process_(service.process),
          world_(process_.world) {}

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
    void retrying(const Error& error, Clock::Duration /*pause*/) override {
        service_.retry(error);
        if (error.retry() == Retry::never)
            world_.violate(Rule::goes_on, process_.name() + " goes on in vain: " + error.what());
    }

private:
    Service& service_;
    Process& process_;
    World& world_;
};

Retention::Options retention_options(const Plan& plan) {
    Retention::Options options;
    if (plan.log_records_max > 0) options.limits.records_max = plan.log_records_max;
    if (plan.log_age_max_ms > 0) options.limits.age_max = Clock::Duration(plan.log_age_max_ms);
    return options;
}

}  // namespace

bool run_retention(Process& process) {
    Service service(process);
    const auto own_outbox = make_outbox(process);
    testing::FaultyOutbox outbox(*own_outbox, service.database_faults);
    TracedRetentionEvents events(service);
    Retention retention(outbox, service.log, service.clock, retention_options(process.world.plan), events);
    return service.run([&](const std::stop_token& stop) { retention.run(stop); }, [] { return false; });
}

}  // namespace contrail::simulation
