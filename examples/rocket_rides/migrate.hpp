#pragma once

#include "contrail/settings.hpp"

namespace rocket_rides {

/// Brings Contrail's schema in the database up to date and makes Rocket Rides' own tables, where they are
/// missing. May be called again and again. Throws contrail::Error.
void migrate(const contrail::Settings& settings);

}  // namespace rocket_rides
