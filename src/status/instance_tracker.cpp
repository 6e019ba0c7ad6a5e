#include "status/instance_tracker.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "contrail/overloaded.hpp"
#include "status/track_events.hpp"

namespace contrail::status {

namespace {

/// There may be a thousand segments, and each may have an error.
constexpr std::size_t segment_error_columns_max = 200;

std::optional<RecordId> place_in(const ConsumerEvent& event) {
    return std::visit(
        overloaded{
            [](const consumer_event::Located& located) { return std::optional(located.checkpoint); },
            [](const consumer_event::Committed& committed) { return std::optional(committed.last); },
            [](const consumer_event::Parked& parked) { return std::optional(parked.dead_letter.record.id); },
            [](const auto&) { return std::optional<RecordId>(); },
        },
        event);
}

}  // namespace

void InstanceTracker::track(const ConsumerEvent& event) {
    if (const auto* const now = std::get_if<consumer_event::Claimed>(&event)) claimed(*now);
    status::track(own_, event);
}

void InstanceTracker::track(Segment segment, const ConsumerEvent& event) {
    if (std::holds_alternative<consumer_event::Committed>(event)) status::track(own_, event);
    const std::lock_guard lock(mutex_);
    const auto found = workers_.find(segment.number);
    if (segment.count != count_ || found == workers_.end()) return;
    status::track(found->second->tracker, event);
    // A parked record that was rejected once more is behind.
    if (const auto place = place_in(event)) found->second->last = std::max(found->second->last, place);
}

std::optional<ProgramStatus> InstanceTracker::status() const {
    auto status = own_.status();
    if (!status) return std::nullopt;
    const std::lock_guard lock(mutex_);
    status->instance = instance_;
    status->segment_count = count_;
    add_segments(*status);
    status->state = state(*status);
    return status;
}

std::optional<ProgramStatus> InstanceTracker::final_status() const {
    auto last = status();
    if (!last || last->state == ProgramState::halted) return last;
    last->state = ProgramState::stopped;
    last->segments.clear();
    return last;
}

void InstanceTracker::claimed(const consumer_event::Claimed& claimed) {
    const std::vector<std::uint32_t>& numbers = claimed.segments.numbers;
    const std::lock_guard lock(mutex_);
    instance_ = claimed.instance;
    if (claimed.segments.count != count_) workers_.clear();
    count_ = claimed.segments.count;
    std::erase_if(workers_, [&](const auto& each) { return std::ranges::count(numbers, each.first) == 0; });
    for (const std::uint32_t number : numbers)
        if (!workers_.contains(number))
            workers_.emplace(number, std::make_unique<Worker>(clock_, on_change_));
}

void InstanceTracker::add_segments(ProgramStatus& status) const {
    for (const auto& [number, worker] : workers_) {
        const ProgramStatus own =
            worker->tracker.status().value_or(ProgramStatus{.state = ProgramState::idle});
        status.segments.push_back({.number = number,
                                   .state = own.state,
                                   .last = worker->last,
                                   .error = base::shortened(own.error, segment_error_columns_max)});
        if (own.error.empty() || own.error_at_ms < status.error_at_ms) continue;
        status.error = own.error;
        status.error_at_ms = own.error_at_ms;
    }
}

/// Halted only if every worker is: then the instance ends. Else the first of these that any worker is in.
ProgramState InstanceTracker::state(const ProgramStatus& status) const {
    constexpr std::array order{ProgramState::retrying, ProgramState::consuming, ProgramState::idle,
                               ProgramState::standing_by};
    if (status.state == ProgramState::halted || status.state == ProgramState::retrying) return status.state;
    if (workers_.empty()) return count_ == 0 ? ProgramState::idle : ProgramState::standing_by;
    for (const ProgramState state : order)
        if (std::ranges::find(status.segments, state, &SegmentStatus::state) != status.segments.end())
            return state;
    return ProgramState::halted;
}

}  // namespace contrail::status
