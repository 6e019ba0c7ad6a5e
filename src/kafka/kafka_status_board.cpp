#include "kafka/kafka_status_board.hpp"

#include <utility>

#include "contrail/clock.hpp"
#include "kafka/errors.hpp"

namespace contrail::kafka {

namespace {

constexpr std::chrono::seconds slot_check_every{5};

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
        put(field, status);
    });
}

/// Kafka cannot compare and write at once, and two instances may take one slot: so each looks again, now and then,
/// whether it has its own.
void KafkaStatusBoard::post_instance(const std::string& field, const status::ProgramStatus& status) {
    attempt("publish the status beside", [&] {
        const auto now = std::chrono::steady_clock::now();
        if (!slot_ || now - slot_checked_at_ > slot_check_every) {
            slot_ = take_slot(field, status.instance);
            slot_checked_at_ = now;
        }
        if (slot_) put(status::instance_field(field, *slot_), status);
    });
}

std::optional<std::uint32_t> KafkaStatusBoard::take_slot(const std::string& field,
                                                         const std::string& instance) {
    const auto posted = notes_.read().statuses();
    const std::uint64_t now_ms = system_clock().unix_ms();
    const auto has_ended = [&](const status::ProgramStatus& status) {
        return status.state == ProgramState::stopped || status.state == ProgramState::halted ||
               status.at_ms + status::instance_silent_ms_max < now_ms;
    };
    const auto remove_ended = [&](const std::string& name) {
        const auto found = posted.find(name);
        if (found == posted.end()) return true;
        if (!has_ended(found->second)) return false;
        notes_.put(status_key(name), std::nullopt);
        return true;
    };
    remove_ended(field);
    std::optional<std::uint32_t> first_free;
    for (std::uint32_t slot = 0; slot < status::instances_max; ++slot) {
        const std::string name = status::instance_field(field, slot);
        const auto found = posted.find(name);
        if (found != posted.end() && found->second.instance == instance) return slot;
        if (remove_ended(name) && !first_free) first_free = slot;
    }
    return first_free;
}

void KafkaStatusBoard::put(const std::string& field, const status::ProgramStatus& status) {
    const status::StatusText text = to_text(status);
    notes_.put(status_key(field),
               text.before_at_ms + std::to_string(system_clock().unix_ms()) + text.after_at_ms);
}

bool KafkaStatusBoard::works(const std::string& field) {
    const auto posted = notes_.read().statuses();
    const auto found = posted.find(field);
    return found != posted.end() && is_at_work(found->second.state) &&
           found->second.at_ms + status::fresh_ms_max > system_clock().unix_ms();
}

status::StatusBoard::Posted KafkaStatusBoard::read() {
    return attempt("read the programs' statuses beside", [&] {
        return Posted{.statuses = notes_.read().statuses(), .now_ms = system_clock().unix_ms()};
    });
}

}  // namespace contrail::kafka
