#include "kafka/kafka_status_board.hpp"

#include <utility>

#include "contrail/clock.hpp"
#include "kafka/errors.hpp"

namespace contrail::kafka {

namespace {

/// A status is published once a second. One that is older is no sign of a program that works.
constexpr std::uint64_t fresh_ms_max = 3'000;

bool is_at_work(ProgramState state) {
    return state != ProgramState::standing_by && state != ProgramState::stopped &&
           state != ProgramState::halted;
}

}  // namespace

KafkaStatusBoard::KafkaStatusBoard(Endpoint endpoint) : endpoint_(std::move(endpoint)), notes_(endpoint_) {}

template <class Action>
auto KafkaStatusBoard::attempt(std::string_view what, const Action& action) {
    try {
        return action();
    } catch (const Error& error) {
        notes_.close();
        throw whole_error(what, endpoint_, error);
    }
}

void KafkaStatusBoard::post(const std::string& field, const status::ProgramStatus& status) {
    attempt("publish the status beside", [&] {
        if (status.state == ProgramState::standing_by && works(field)) return;
        const status::StatusText text = to_text(status);
        notes_.put(status_key(field),
                   text.before_at_ms + std::to_string(system_clock().unix_ms()) + text.after_at_ms);
    });
}

bool KafkaStatusBoard::works(const std::string& field) {
    const auto posted = notes_.read().statuses();
    const auto found = posted.find(field);
    return found != posted.end() && is_at_work(found->second.state) &&
           found->second.at_ms + fresh_ms_max > system_clock().unix_ms();
}

status::StatusBoard::Posted KafkaStatusBoard::read() {
    return attempt("read the programs' statuses beside", [&] {
        return Posted{.statuses = notes_.read().statuses(), .now_ms = system_clock().unix_ms()};
    });
}

}  // namespace contrail::kafka
