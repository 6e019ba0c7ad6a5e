#pragma once

#include "contrail/clock.hpp"

namespace contrail {

/// Pauses after failed calls: each doubles the one before, from `wait_min` to `wait_max`, and is shortened by
/// a random part of up to a half, so that processes which failed together do not come back together.
struct RetryPolicy {
    Clock::Duration wait_min{50};
    Clock::Duration wait_max{5'000};
};

}  // namespace contrail
