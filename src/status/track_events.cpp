#include "status/track_events.hpp"

#include "contrail/overloaded.hpp"

namespace contrail::status {

void track(StatusTracker& tracker, const StreamerEvent& event) {
    const auto found_its_place = [&] {
        tracker.takes_over();
        tracker.located();
    };
    std::visit(overloaded{
                   [&](const streamer_event::Located&) { found_its_place(); },
                   [&](const streamer_event::Restarted&) { found_its_place(); },
                   [&](const streamer_event::HeldBack&) { tracker.holds_back(true); },
                   [&](const streamer_event::Resumed&) { tracker.holds_back(false); },
                   [&](const streamer_event::BatchAppended&) { tracker.worked(); },
                   [&](const streamer_event::Waiting&) { tracker.waits(); },
                   [&](const streamer_event::StandingBy&) { tracker.stands_by(); },
                   [&](const streamer_event::TakingOver&) { tracker.takes_over(); },
                   [&](const streamer_event::Retrying& retrying) { tracker.failed(retrying.error.what()); },
                   [&](const streamer_event::Halted& halted) { tracker.halted(halted.error.what()); },
                   [](const auto&) {},
               },
               event);
}

void track(StatusTracker& tracker, const ConsumerEvent& event) {
    std::visit(overloaded{
                   [&](const consumer_event::Located& located) { tracker.located(located.checkpoint); },
                   [&](const consumer_event::ReadingArchive&) { tracker.reads_archive(true); },
                   [&](const consumer_event::ReadingLog&) { tracker.reads_archive(false); },
                   [&](const consumer_event::Committed& committed) {
                       tracker.committed(committed.first, committed.last);
                   },
                   [&](const consumer_event::Waiting&) { tracker.waits(); },
                   [&](const consumer_event::Overtaken&) { tracker.stands_by(); },
                   [&](const consumer_event::Retrying& retrying) { tracker.failed(retrying.error.what()); },
                   [&](const consumer_event::Halted& halted) { tracker.halted(halted.error.what()); },
                   [&](const consumer_event::Parked& parked) {
                       tracker.worked();
                       tracker.noted("Parked record " + parked.dead_letter.record.id.to_string() + ": " +
                                     parked.dead_letter.error);
                   },
                   [&](const consumer_event::Retried&) { tracker.worked(); },
                   [&](const consumer_event::Claimed&) {
                       tracker.waits();
                       tracker.located();
                   },
                   [](const auto&) {},
               },
               event);
}

void track(StatusTracker& tracker, const RetentionEvent& event) {
    if (const auto* const planned = std::get_if<retention_event::Planned>(&event)) tracker.planned(*planned);
}

}  // namespace contrail::status
