#pragma once

#include <chrono>
#include <cstdint>

namespace contrail::bench {

/// Runs from its making on.
class Stopwatch {
public:
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
    }

    /// So many of something until now, in a second.
    [[nodiscard]] double rate(std::uint64_t count) const { return static_cast<double>(count) / seconds(); }

private:
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace contrail::bench
