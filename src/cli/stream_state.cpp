#include "cli/stream_state.hpp"

#include <utility>

#include "base/text.hpp"
#include "contrail/overloaded.hpp"

namespace contrail::cli {

void StreamState::on_event(const StreamerEvent& event) {
    std::visit(overloaded{
                   [&](const streamer_event::Located&) { enter(std::nullopt); },
                   [&](const streamer_event::Restarted&) { enter(std::nullopt); },
                   [&](const streamer_event::StandingBy&) { enter(std::nullopt); },
                   [&](const streamer_event::Retrying& retrying) {
                       enter("it tries again: " + std::string(retrying.error.what()));
                   },
                   [](const auto&) {},
               },
               event);
}

void StreamState::halted(const Error& error) {
    enter("halted: " + std::string(error.what()));
    const std::lock_guard lock(mutex_);
    halted_with_ = error.retry();
}

void StreamState::enter(std::optional<std::string> failure) {
    const std::lock_guard lock(mutex_);
    failure_ = std::move(failure);
    if (failure_) *failure_ = base::harmless(*failure_);
    halted_with_.reset();
}

std::optional<std::string> StreamState::failure() const {
    const std::lock_guard lock(mutex_);
    return failure_;
}

std::optional<Retry> StreamState::halted_with() const {
    const std::lock_guard lock(mutex_);
    return halted_with_;
}

}  // namespace contrail::cli
