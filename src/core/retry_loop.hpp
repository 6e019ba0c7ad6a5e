#pragma once

#include <algorithm>
#include <stop_token>

#include "contrail/clock.hpp"
#include "contrail/error.hpp"
#include "contrail/handler_error.hpp"
#include "core/backoff.hpp"

namespace contrail {

/// What became of a step of a loop.
struct StepResult {
    bool succeeded = true;                      ///< The next failure is a first one.
    Clock::Pause pause = Clock::Pause::zero();  ///< Before the next step.
    bool done = false;                          ///< There is no next step.
};

/// Which errors end a loop.
enum class Endures {
    passing_errors,  ///< Retry::never ends it.
    every_error,
};

/// How long a handler wants to be left alone.
inline Clock::Duration requested_pause(const Error& error) {
    const auto* const later = dynamic_cast<const RetryLater*>(&error);
    return later == nullptr ? Clock::Duration::zero() : later->pause();
}

/// Repeats `step` until it is done or `stop` is requested. After an Error it pauses as `policy` says, calls
/// `on_retrying(error, pause)` first, and goes on. An Error that ends the loop goes to `on_halted(error)` and
/// is thrown.
///
/// The one place where a loop waits: steps do not pause, so tests call a step and never wait.
template <class Step, class OnRetrying, class OnHalted>
void repeat(Step step, const std::stop_token& stop, Clock& clock, RetryPolicy policy, Endures endures,
            OnRetrying on_retrying, OnHalted on_halted) {
    Backoff backoff(policy);
    while (!stop.stop_requested()) {
        Clock::Pause pause;
        try {
            const StepResult result = step();
            if (result.done) return;
            if (result.succeeded) backoff.reset();
            pause = result.pause;
        } catch (const Error& error) {
            if (error.retry() == Retry::never && endures == Endures::passing_errors) {
                on_halted(error);
                throw;
            }
            const Clock::Duration back_off = std::max(backoff.next(), requested_pause(error));
            pause = back_off;
            on_retrying(error, back_off);
        }
        if (pause > Clock::Pause::zero()) clock.wait(pause, stop);
    }
}

}  // namespace contrail
