#pragma once

#include <algorithm>
#include <chrono>

namespace demo {

/// The pause before the supervisor restarts a program. It starts at 100 ms and doubles up to 5 s. A program
/// that ran longer than its last pause starts at 100 ms again. So a program that dies at once is restarted
/// rarely, and one that works between its deaths never waits longer than it works.
class RestartPause {
public:
    using Duration = std::chrono::milliseconds;

    static constexpr Duration pause_min{100};
    static constexpr Duration pause_max{5'000};

    /// `ran`: how long the program ran before it died.
    Duration after(Duration ran) {
        pause_ = ran > pause_ ? pause_min : std::min(2 * pause_, pause_max);
        return pause_;
    }

private:
    Duration pause_ = pause_min / 2;
};

}  // namespace demo
