#pragma once

#include <chrono>

namespace demo {

/// The condition of a link from a program to a server.
struct Condition {
    enum class Kind {
        open,     ///< Bytes pass at once.
        slow,     ///< Bytes pass after `delay`, piece by piece.
        silent,   ///< No byte and no end of a connection passes. Later, all that waited goes on.
        refusing  ///< The proxy closes each connection as soon as it is made.
    };
    Kind kind = Kind::open;
    std::chrono::milliseconds delay{0};
};

}  // namespace demo
