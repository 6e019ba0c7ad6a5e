#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

namespace rocket_rides {

/// The shorter of two waits; nothing means without end.
inline std::optional<std::chrono::milliseconds> earlier(std::optional<std::chrono::milliseconds> one,
                                                        std::optional<std::chrono::milliseconds> other) {
    if (one && other) return std::min(*one, *other);
    return one ? one : other;
}

}  // namespace rocket_rides
