#include "contrail/streamer.hpp"

#include "actors.hpp"
#include "attempt.hpp"
#include "mutants/mutant.hpp"

namespace contrail::simulation {

namespace {

class Events : public StreamerEvents {
public:
    explicit Events(Process& process) : process_(process), world_(process.world) {}

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

private:
    Process& process_;
    World& world_;
};

Streamer::Options options_for(const Plan& plan) {
    Streamer::Options options;
    options.chunk.records_max = plan.chunk_records_max;
    options.appends_in_flight_max = plan.appends_in_flight_max;
    options.head_check_every = Clock::Duration(plan.head_check_every_ms);
    return options;
}

}  // namespace

void run_streamer(Process& process) {
    World& world = process.world;
    const auto own_outbox = make_outbox(process);
    ProcessFaults outbox_faults(process, "outbox", world.database_down_until);
    testing::FaultyOutbox outbox(*own_outbox, outbox_faults);
    NetworkLog own_log(process);
    ProcessFaults log_faults(process, "log", world.log_down_until);
    testing::FaultyLog log(own_log, log_faults);
    Events events(process);

    Streamer streamer(outbox, log, world.clock, options_for(world.plan), events);
    while (attempt(process, own_log, log_faults, [&] { return streamer.run_once(); })) {
    }
}

}  // namespace contrail::simulation
