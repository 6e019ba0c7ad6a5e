#include "reports/program_events.hpp"

#include "contrail/overloaded.hpp"

namespace contrail {

void track(Progress& progress, const StreamerEvent& event) {
    const auto found_its_place = [&] {
        progress.takes_over();
        progress.located();
    };
    std::visit(overloaded{
                   [&](const streamer_event::Located&) { found_its_place(); },
                   [&](const streamer_event::Restarted&) { found_its_place(); },
                   [&](const streamer_event::HeldBack&) { progress.holds_back(true); },
                   [&](const streamer_event::Resumed&) { progress.holds_back(false); },
                   [&](const streamer_event::BatchAppended&) { progress.worked(); },
                   [&](const streamer_event::StandingBy&) { progress.stands_by(); },
                   [&](const streamer_event::TakingOver&) { progress.takes_over(); },
                   [&](const streamer_event::Retrying& retrying) { progress.failed(retrying.error.what()); },
                   [&](const streamer_event::Halted& halted) { progress.halted(halted.error.what()); },
                   [](const auto&) {},
               },
               event);
}

void track(Progress& progress, const ConsumerEvent& event) {
    std::visit(overloaded{
                   [&](const consumer_event::Located&) { progress.located(); },
                   [&](const consumer_event::Committed& committed) {
                       const auto& [first, last] = committed;
                       progress.committed(last.offset.value - first.offset.value + 1, first.sealed_ms,
                                          last.sealed_ms);
                   },
                   [&](const consumer_event::Overtaken&) { progress.stands_by(); },
                   [&](const consumer_event::Retrying& retrying) { progress.failed(retrying.error.what()); },
                   [&](const consumer_event::Halted& halted) { progress.halted(halted.error.what()); },
                   [&](const consumer_event::Parked& parked) {
                       progress.worked();
                       progress.noted("Parked record " + parked.dead_letter.record.id.to_string() + ": " +
                                      parked.dead_letter.error);
                   },
                   [&](const consumer_event::Retried&) { progress.worked(); },
                   [](const auto&) {},
               },
               event);
}

}  // namespace contrail
