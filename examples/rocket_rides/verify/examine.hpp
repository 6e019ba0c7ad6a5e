#pragma once

#include "contrail/settings.hpp"
#include "verify/report.hpp"

namespace rocket_rides {

/// Reads the numbers of a report from Postgres and Redis. Throws contrail::Error.
Report examine(const contrail::Settings& settings);

}  // namespace rocket_rides
