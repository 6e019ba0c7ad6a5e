#pragma once

#include <gmock/gmock.h>

#include <optional>
#include <ostream>

#include "contrail/error.hpp"

namespace contrail {

inline void PrintTo(const Error& error, std::ostream* out) {
    *out << "Error with Retry " << static_cast<int>(error.retry()) << ": " << error.what();
}

}  // namespace contrail

namespace contrail::test {

/// The Error that `action` throws; nothing if it throws none.
template <class Action>
std::optional<Error> error_of(Action action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    return std::nullopt;
}

/// Matches an Error by what a caller can do about it, and by its message.
template <class RetryMatcher, class MessageMatcher>
auto IsError(RetryMatcher retry, MessageMatcher message) {
    return ::testing::Optional(::testing::AllOf(
        ::testing::Property("retry", &Error::retry, retry),
        ::testing::ResultOf(
            "message", [](const Error& error) { return std::string(error.what()); }, message)));
}

}  // namespace contrail::test
