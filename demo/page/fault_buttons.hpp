#pragma once

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string_view>

namespace demo {

/// A button of the page, for one of all_faults().
struct FaultButton {
    std::string_view fault;
    std::string_view label;
    std::string_view does;               ///< Under the label: what the button does, in a few words.
    std::chrono::milliseconds lasts{0};  ///< How long the fault stays active.
};

constexpr FaultButton fault_buttons[] = {
    {"empty-redis", "Wipe Redis", "FLUSHALL: the whole log is gone."},
    {"kill-consumer", "Kill a consumer", "SIGKILL: it cannot save anything."},
    {"kill-streamer", "Kill the streamer", "SIGKILL: records pile up in the outbox."},
    {"send-twice", "Send a batch twice", "The log has to refuse the repeat."},
    {"stop-postgres", "Stop Postgres for 5 s", "As in a crash: no commit succeeds.", std::chrono::seconds(5)},
};

/// The button for a fault; null if there is none.
constexpr const FaultButton* button_of(std::string_view fault) {
    const auto* found = std::ranges::find(fault_buttons, fault, &FaultButton::fault);
    return found == std::end(fault_buttons) ? nullptr : found;
}

}  // namespace demo
