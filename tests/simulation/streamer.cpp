#include "contrail/streamer.hpp"

#include "actors.hpp"
#include "contrail/overloaded.hpp"
#include "mutants/mutant.hpp"
#include "service.hpp"

namespace contrail::simulation {

namespace {

/// Counts a streamer's events and writes them into the history.
void trace(Service& service, const StreamerEvent& event) {
    Process& process = service.process;
    World& world = process.world;
    std::visit(overloaded{
                   [&](const streamer_event::Located& located) {
                       world.happened(Happened::resend, located.resend);
                       world.tell(process.name(), [&] {
                           return "located: the head is " + located.head.to_string() + ", " +
                                  std::to_string(located.resend) + " records sealed are missing there";
                       });
                   },
                   [&](const streamer_event::Restarted& restarted) {
                       world.happened(Happened::log_restarted);
                       world.tell(process.name(), [&] {
                           return "restarted the log, which was at " + restarted.head.to_string() +
                                  ", after " + restarted.from.to_string();
                       });
                   },
                   [&](const streamer_event::Refused& refused) {
                       if (process.is_zombie()) world.happened(Happened::zombie_append_refused);
                       world.tell(process.name(), [&] {
                           return "was refused: the head is " + refused.head.to_string() + ", not " +
                                  refused.expected.to_string();
                       });
                   },
                   [&](const streamer_event::StandingBy&) { world.happened(Happened::standing_by); },
                   [&](const streamer_event::Retrying& retrying) { service.retry(retrying.error); },
                   [](const auto&) {},
               },
               event);
}

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
    testing::FaultyOutbox outbox(*own_outbox, service.session_faults);
    Streamer streamer(outbox, service.log, service.clock, streamer_options(process.world.plan),
                      [&](const StreamerEvent& event) { trace(service, event); });
    return service.run([&](const std::stop_token& stop) { streamer.run(stop); }, [] { return false; });
}

}  // namespace contrail::simulation
