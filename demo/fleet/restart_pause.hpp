#pragma once

#include <algorithm>
#include <chrono>

namespace rocket_rides {

/// How long to wait before a program that died is started again: first 100 ms, then twice as long each
/// time, up to 5 s. A program that has run longer than the pause before it begins again at 100 ms: so one
/// that dies at once is rarely tried, and one that works between its deaths is never kept waiting for longer
/// than it works.
class RestartPause {
public:
    using Duration = std::chrono::milliseconds;

    static constexpr Duration pause_min{100};
    static constexpr Duration pause_max{5'000};

    /// `ran`: from the start of the program to its death.
    Duration after(Duration ran) {
        pause_ = ran > pause_ ? pause_min : std::min(2 * pause_, pause_max);
        return pause_;
    }

private:
    Duration pause_ = pause_min / 2;
};

}  // namespace rocket_rides
