#include "core/backoff.hpp"

#include <algorithm>

namespace contrail {

Clock::Duration Backoff::next() {
    const auto longest = next_.count();
    next_ = std::min(next_ * 2, max_);
    return Clock::Duration(
        std::uniform_int_distribution<Clock::Duration::rep>((longest + 1) / 2, longest)(random_));
}

}  // namespace contrail
