#include "operations/status/complaints.hpp"

#include <algorithm>

namespace contrail {

namespace {

/// The state of a program that reports nothing is unknown; a consumer in another language may be one. It is known by
/// what it does not do.
bool is_unheard_of(const ConsumerStatus& consumer) {
    return consumer.state == ProgramState::unknown && consumer.lag_records.value_or(0) > 0;
}

}  // namespace

bool is_trouble(ProgramState state) {
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

std::vector<std::string> complaints(const Status& status) {
    std::vector<std::string> all;
    if (!status.log.error.empty()) all.emplace_back("Redis cannot be asked");
    if (!status.outbox.error.empty()) all.emplace_back("PostgreSQL cannot be asked");
    if (is_trouble(status.streamer.state))
        all.push_back("the streamer is " + state_text(status.streamer.state));
    if (status.streamer.state == ProgramState::unknown && status.log.error.empty())
        all.emplace_back("no streamer has told of itself");
    for (const ConsumerStatus& consumer : status.consumers) {
        if (is_trouble(consumer.state))
            all.push_back("consumer " + consumer.name + " is " + state_text(consumer.state));
        if (is_unheard_of(consumer))
            all.push_back("consumer " + consumer.name + " stands still, and has not told of itself");
    }
    return all;
}

std::string state_text(ProgramState state) {
    std::string text(name(state));
    std::ranges::replace(text, '_', ' ');
    return text;
}

}  // namespace contrail
