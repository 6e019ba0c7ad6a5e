#pragma once

#include "contrail/clock.hpp"

namespace contrail {

/// Pauses between attempts: they double from `min` to `max`, and each is drawn from its upper half, so that
/// processes which failed together do not come back together ("equal jitter": M. Brooker, Exponential
/// Backoff And Jitter, AWS Architecture Blog, 2015).
class Backoff {
public:
    Backoff(Clock::Duration min, Clock::Duration max) : min_(min), max_(max), next_(min) {}

    Clock::Duration next();
    void reset() { next_ = min_; }

private:
    Clock::Duration min_;
    Clock::Duration max_;
    Clock::Duration next_;
};

}  // namespace contrail
