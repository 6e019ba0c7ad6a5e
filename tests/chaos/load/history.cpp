#include "chaos/load/history.hpp"

namespace chaos {

std::uint64_t History::begin() {
    const std::lock_guard lock(mutex_);
    const std::uint64_t number = changes_.size() + 1;
    changes_.push_back({.number = number, .begun = std::chrono::steady_clock::now(), .answered = {}});
    return number;
}

void History::settle(std::uint64_t number, Outcome outcome) {
    const std::lock_guard lock(mutex_);
    Change& change = changes_.at(number - 1);
    change.answered = std::chrono::steady_clock::now();
    change.outcome = outcome;
}

bool History::acknowledged_since(SteadyTime time) const {
    const std::lock_guard lock(mutex_);
    for (auto change = changes_.rbegin(); change != changes_.rend() && change->begun > time; ++change)
        if (change->outcome == Outcome::acknowledged) return true;
    return false;
}

std::vector<Change> History::changes() const {
    const std::lock_guard lock(mutex_);
    return changes_;
}

}  // namespace chaos
