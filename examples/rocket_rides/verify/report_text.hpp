#pragma once

#include <string>

#include "verify/report.hpp"

namespace rocket_rides {

/// A table and a verdict, for people. Several lines, each ended.
std::string to_text(const Report& report);

/// One line of JSON: `rides`, `log`, `consumers`, `warehouses`, `agree`.
std::string to_json(const Report& report);

}  // namespace rocket_rides
