#pragma once

#include <array>
#include <string>

#include "ride.hpp"

namespace contrail::simulation {

/// The things that rides are about, for a partitioned consumer: those of one thing keep their order. Of eight segments,
/// each has one.
constexpr std::array<const char*, 8> things{"teal", "gold", "cyan", "silver", "grey", "red", "blue", "black"};

inline std::string thing_of(const Ride& ride) {
    return things[ride.serial % things.size()];
}

}  // namespace contrail::simulation
