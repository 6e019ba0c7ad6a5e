#include "operations/status/problems.hpp"

#include <algorithm>

#include "operations/state_text.hpp"

namespace contrail::operations {

bool needs_operator(ProgramState state) {
    switch (state) {
        case ProgramState::held_back:
        case ProgramState::retrying:
        case ProgramState::halted:
        case ProgramState::cut_off:
        case ProgramState::stalled:
        case ProgramState::stopped:
            return true;
        case ProgramState::streaming:
        case ProgramState::consuming:
        case ProgramState::idle:
        case ProgramState::standing_by:
        case ProgramState::unknown:
            return false;
    }
    return false;
}

namespace {

/// `segment 3/8`, or `5 of 8 segments`; empty: none is in this state.
std::string segments_in(ProgramState state, const std::vector<SegmentStatus>& segments) {
    const auto is_in = [state](const SegmentStatus& segment) { return segment.state == state; };
    const auto number = std::ranges::count_if(segments, is_in);
    if (number == 0) return "";
    const std::string count = std::to_string(segments.size());
    if (number > 1) return std::to_string(number) + " of " + count + " segments";
    return "segment " + std::to_string(std::ranges::find_if(segments, is_in)->number) + '/' + count;
}

void add_problem(const ConsumerStatus& consumer, std::vector<std::string>& all) {
    const std::string subject = "consumer " + consumer.name;
    const std::string halted = segments_in(ProgramState::halted, consumer.segments);
    if (consumer.state == ProgramState::halted && !halted.empty())
        all.push_back(subject + " is halted in " + halted);
    else if (needs_operator(consumer.state))
        all.push_back(subject + " is " + state_text(consumer.state));
    const std::string idle = segments_in(ProgramState::stopped, consumer.segments);
    if (consumer.state != ProgramState::stopped && !idle.empty())
        all.push_back("no instance of " + subject + " works on " + idle);
}

}  // namespace

std::vector<std::string> problems(const Status& status) {
    std::vector<std::string> all;
    if (!status.log.error.empty()) all.emplace_back("the log cannot be checked");
    if (!status.outbox.error.empty()) all.emplace_back("the outbox cannot be checked");
    if (status.outbox.hanging_commits > 0) all.emplace_back("commits wait for a synchronous standby");
    if (needs_operator(status.streamer.state))
        all.push_back("the streamer is " + state_text(status.streamer.state));
    if (status.streamer.state == ProgramState::unknown && status.log.error.empty())
        all.emplace_back("no streamer has published its status");
    for (const ConsumerStatus& consumer : status.consumers) add_problem(consumer, all);
    for (const ConsumerStatus& consumer : status.consumers)
        if (consumer.forgotten_seconds)
            all.push_back("consumer " + consumer.name +
                          " was forgotten and holds records again: contrail consumer forget " +
                          consumer.name);
    return all;
}

}  // namespace contrail::operations
