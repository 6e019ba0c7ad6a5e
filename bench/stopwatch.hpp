#pragma once

#include <chrono>
#include <cstdint>

namespace contrail::bench {

/// Runs from its construction on.
class Stopwatch {
public:
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
    }

    /// The rate of `count` events since then, per second.
    [[nodiscard]] double rate(std::uint64_t count) const { return static_cast<double>(count) / seconds(); }

private:
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace contrail::bench
