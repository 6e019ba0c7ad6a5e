#pragma once

#include "contrail/retry_policy.hpp"

namespace contrail {

/// The pauses of a RetryPolicy: they double, and each is drawn from its upper half ("equal jitter": M.
/// Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015).
class Backoff {
public:
    explicit Backoff(RetryPolicy policy) : policy_(policy), next_(policy.wait_min) {}

    Clock::Duration next();
    void reset() { next_ = policy_.wait_min; }

private:
    RetryPolicy policy_;
    Clock::Duration next_;
};

}  // namespace contrail
