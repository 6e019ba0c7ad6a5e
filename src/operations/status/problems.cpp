#include "operations/status/problems.hpp"

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

std::vector<std::string> problems(const Status& status) {
    std::vector<std::string> all;
    if (!status.log.error.empty()) all.emplace_back("Redis does not answer");
    if (!status.outbox.error.empty()) all.emplace_back("PostgreSQL does not answer");
    if (status.outbox.hanging_commits > 0) all.emplace_back("commits wait for a synchronous standby");
    if (needs_operator(status.streamer.state))
        all.push_back("the streamer is " + state_text(status.streamer.state));
    if (status.streamer.state == ProgramState::unknown && status.log.error.empty())
        all.emplace_back("no streamer has published its status");
    for (const ConsumerStatus& consumer : status.consumers)
        if (needs_operator(consumer.state))
            all.push_back("consumer " + consumer.name + " is " + state_text(consumer.state));
    for (const ConsumerStatus& consumer : status.consumers)
        if (consumer.forgotten_seconds)
            all.push_back("consumer " + consumer.name +
                          " was forgotten and holds records again: contrail consumer forget " +
                          consumer.name);
    return all;
}

}  // namespace contrail::operations
