#include "contrail/streamer.hpp"

#include "actors.hpp"
#include "mutants/mutant.hpp"
#include "service.hpp"

namespace contrail::simulation {

namespace {

class TracedStreamerEvents : public StreamerEvents {
public:
    explicit TracedStreamerEvents(Service& service)
        : service_(service),
          process_(service.process),
          world_(process_.world) {}

    void located(RecordId head, std::uint64_t resend) override {
        world_.happened(Happened::resend, resend);
        world_.tell(process_.name(), [&] {
            return "located: the head is " + head.to_string() + ", " + std::to_string(resend) +
                   " records sealed are missing there";
        });
    }
    void restarted(RecordId head, RecordId from) override {
        world_.happened(Happened::log_restarted);
        world_.tell(process_.name(), [&] {
            return "restarted the log, which was at " + head.to_string() + ", after " + from.to_string();
        });
    }
    void refused(RecordId expected, RecordId head) override {
        if (process_.is_zombie()) world_.happened(Happened::zombie_append_refused);
        world_.tell(process_.name(), [&] {
            return "was refused: the head is " + head.to_string() + ", not " + expected.to_string();
        });
    }
    void standing_by() override { world_.happened(Happened::standing_by); }
    void retrying(const Error& error, Clock::Duration /*pause*/) override { service_.retry(error); }

private:
    Service& service_;
    Process& process_;
    World& world_;
};

Streamer::Options streamer_options(const Plan& plan) {
    Streamer::Options options;
    options.chunk.records_max = plan.chunk_records_max;
    options.appends_in_flight_max = plan.appends_in_flight_max;
    options.head_check_every = Clock::Duration(plan.head_check_every_ms);
    return options;
}

}  // namespace

bool run_streamer(Process& process) {
    Service service(process);
    const auto own_outbox = make_outbox(process);
    testing::FaultyOutbox outbox(*own_outbox, service.database_faults);
    TracedStreamerEvents events(service);
    Streamer streamer(outbox, service.log, service.clock, streamer_options(process.world.plan), events);
    return service.run([&](const std::stop_token& stop) { streamer.run(stop); }, [] { return false; });
}

}  // namespace contrail::simulation
