#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace chaos {

using SteadyTime = std::chrono::steady_clock::time_point;

/// What the client of a change knows about it.
enum class Outcome {
    in_doubt,      ///< No answer came: the change may be there or not.
    acknowledged,  ///< Accepted: the change must be there.
    withdrawn      ///< Refused or rolled back: the change must not be there.
};

/// A ride that the load created or changed. Its distance in metres is the change's number, which is unique.
/// So every place that shows the distance identifies the change.
struct Change {
    std::uint64_t number = 0;
    SteadyTime begun;  ///< Before the client sent anything.
    std::optional<SteadyTime> answered;
    Outcome outcome = Outcome::in_doubt;
};

}  // namespace chaos
