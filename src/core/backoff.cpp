#include "core/backoff.hpp"

#include <algorithm>
#include <random>

namespace contrail {

namespace {

/// Asking the machine for a seed costs more than all else that a loop does before its first step.
std::minstd_rand& jitter() {
    thread_local std::minstd_rand random{std::random_device{}()};
    return random;
}

}  // namespace

Clock::Duration Backoff::next() {
    const auto longest = next_.count();
    next_ = std::min(next_ * 2, policy_.wait_max);
    return Clock::Duration(
        std::uniform_int_distribution<Clock::Duration::rep>((longest + 1) / 2, longest)(jitter()));
}

}  // namespace contrail
