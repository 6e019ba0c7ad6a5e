#pragma once

#include <chrono>

namespace contrail::metrics {

/// Seconds since its construction, by the machine's monotonic clock.
class Stopwatch {
public:
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
    }

private:
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace contrail::metrics
