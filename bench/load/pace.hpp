#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace contrail::load {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Called before a request: returns the time at which it may go, perhaps `now`. All connections share one
/// pace.
using Pace = std::function<SteadyTime(SteadyTime now)>;

/// No waiting: a request goes as soon as the one before it is answered.
Pace unlimited_pace();

/// At most `rides_per_second` (greater than 0), evenly spread. It does not make up for the time that a slow
/// API took.
Pace steady_pace(double rides_per_second);

/// A pause of 0 to 2 seconds before every ride, as people take them. The same seed gives the same pauses.
Pace leisurely_pace(std::uint64_t seed);

}  // namespace contrail::load
