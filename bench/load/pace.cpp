#include "bench/load/pace.hpp"

#include <algorithm>
#include <optional>
#include <random>

namespace contrail::load {

namespace {

using Duration = std::chrono::steady_clock::duration;

/// How far behind its plan a steady pace may fall and still catch up. Without this, each late wake-up would
/// slow it down for good.
constexpr std::chrono::milliseconds catch_up_max{100};

constexpr std::chrono::duration<double> pause_max{2.0};

}  // namespace

Pace unlimited_pace() {
    return [](SteadyTime now) { return now; };
}

Pace steady_pace(double rides_per_second) {
    const auto interval =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1.0 / rides_per_second));
    return [interval, planned = std::optional<SteadyTime>()](SteadyTime now) mutable {
        const SteadyTime due = std::max(planned.value_or(now), now - catch_up_max);
        planned = due + interval;
        return due;
    };
}

Pace leisurely_pace(std::uint64_t seed) {
    return [random = std::mt19937_64(seed)](SteadyTime now) mutable {
        std::uniform_real_distribution<double> pause(0.0, pause_max.count());
        return now + std::chrono::duration_cast<Duration>(std::chrono::duration<double>(pause(random)));
    };
}

}  // namespace contrail::load
