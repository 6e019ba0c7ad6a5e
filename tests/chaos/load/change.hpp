#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace rocket_rides::chaos {

using SteadyTime = std::chrono::steady_clock::time_point;

/// What whoever made a change knows of it.
enum class Outcome {
    in_doubt,      ///< Nothing: no answer came. It may be there or not.
    acknowledged,  ///< It was accepted: it must be there.
    withdrawn      ///< It was refused or rolled back: it must not be there.
};

/// A ride made or changed by the load. Its number is its distance in metres, which no other change has: so it
/// is recognised wherever it turns up.
struct Change {
    std::uint64_t number = 0;
    SteadyTime begun;  ///< Before anything of it was sent.
    std::optional<SteadyTime> answered;
    Outcome outcome = Outcome::in_doubt;
};

}  // namespace rocket_rides::chaos
