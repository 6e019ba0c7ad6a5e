#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

namespace demo {

/// The shorter of two waits; nothing means without end.
inline std::optional<std::chrono::milliseconds> sooner(std::optional<std::chrono::milliseconds> one,
                                                       std::optional<std::chrono::milliseconds> other) {
    if (one && other) return std::min(*one, *other);
    return one ? one : other;
}

}  // namespace demo
