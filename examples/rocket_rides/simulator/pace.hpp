#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace rocket_rides {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Called when a ride is about to be posted: the moment for which it has to wait, perhaps `now`. What
/// happens at once for everybody who posts is one pace, shared.
using Pace = std::function<SteadyTime(SteadyTime now)>;

/// No waiting: a ride is posted as soon as the one before was answered.
Pace unlimited_pace();

/// At most `rides_per_second` (greater than 0), evenly spread. What a slow API has let pass is not made up
/// for later.
Pace steady_pace(double rides_per_second);

/// A pause of 0 to 2 seconds before every ride, as people take it. The same pauses for the same seed.
Pace leisurely_pace(std::uint64_t seed);

}  // namespace rocket_rides
