#pragma once

#include <stdexcept>
#include <string>

namespace contrail {

/// What a caller can do about a failure. A taxonomy of causes would not tell the caller that.
enum class Retry {
    call,         ///< It did not happen. Call again, after a pause (connection refused, Redis loading).
    transaction,  ///< Roll back and start over from the read (deadlock, serialization failure).
    in_doubt,     ///< It may have happened. Find out, or repeat where a repeat is harmless (reply lost).
    never,        ///< An operator must act (wrong password, foreign writer, missing table).
};

/// Every failure that leaves this library. The message says what was attempted, on what, why it failed and,
/// where an operator must act, what to do.
class Error : public std::runtime_error {
public:
    Error(Retry retry, const std::string& message) : std::runtime_error(message), retry_(retry) {}

    [[nodiscard]] Retry retry() const noexcept { return retry_; }

private:
    Retry retry_;
};

}  // namespace contrail
