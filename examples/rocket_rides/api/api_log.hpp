#pragma once

#include "contrail/component_log.hpp"

namespace rocket_rides {

/// The API's lines in the program's log.
inline constexpr contrail::ComponentLog api_log("api");

}  // namespace rocket_rides
