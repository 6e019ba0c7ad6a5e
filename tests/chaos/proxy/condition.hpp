#pragma once

#include <chrono>

namespace rocket_rides::chaos {

/// How a way from a program to a server is at the moment.
struct Condition {
    enum class Kind {
        open,     ///< Bytes pass at once.
        slow,     ///< Bytes pass after `delay`, piece by piece.
        silent,   ///< No byte passes and nothing is closed, not even what was; all that waits goes on later.
        refusing  ///< Connections are closed as soon as they are made.
    };
    Kind kind = Kind::open;
    std::chrono::milliseconds delay{0};
};

}  // namespace rocket_rides::chaos
