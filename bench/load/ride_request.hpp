#pragma once

#include <cstdint>

namespace contrail::load {

/// One request to the API.
struct RideRequest {
    enum class Action { create, update, remove };

    Action action = Action::create;
    std::int64_t id = 0;  ///< The ride to change or delete.
    /// Metres. A deletion has them too, unsent: every request takes a ride from the source.
    double distance = 0;
};

}  // namespace contrail::load
