#pragma once

#include <string>

#include "contrail/clock.hpp"
#include "contrail/error.hpp"

namespace contrail {

/// What a handler throws if it must not be called again for a while: another service asked for that (`Retry-After`).
/// The records are not rejected. The consumer waits at least `pause` before it tries again, and no transaction is open
/// meanwhile.
class RetryLater : public Error {
public:
    RetryLater(const std::string& message, Clock::Duration pause)
        : Error(Retry::call, message),
          pause_(pause) {}

    [[nodiscard]] Clock::Duration pause() const noexcept { return pause_; }

private:
    Clock::Duration pause_;
};

/// What a handler throws if it wants no more records, whatever ConsumerOptions::on_refusal says. Nothing is rejected
/// or parked; Consumer::run() throws it.
class StopConsumer : public Error {
public:
    explicit StopConsumer(const std::string& message) : Error(Retry::never, message) {}
};

}  // namespace contrail
