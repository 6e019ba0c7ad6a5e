#pragma once

#include <cstdint>

namespace rocket_rides {

/// One thing that a simulator asks of the API.
struct RideRequest {
    enum class Action { create, update, remove };

    Action action = Action::create;
    std::int64_t id = 0;  ///< Of the ride to be changed or deleted.
    /// Metres. A deletion has them too, though nobody is told: every request takes a ride from the source.
    double distance = 0;
};

}  // namespace rocket_rides
