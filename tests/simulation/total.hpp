#pragma once

#include "ride.hpp"

namespace contrail::simulation {

/// What a simulated consumer keeps: how many, how far, and which ones in which order.
struct Total {
    double rides = 0;
    double distance = 0;
    double order = 0;

    bool operator==(const Total&) const = default;

    void add(const Ride& ride) {
        rides += 1;
        distance += static_cast<double>(ride.distance);
        // Differs if any two rides change places. Stays a whole number below 2^40, so that it is exact.
        const auto folded =
            (static_cast<std::uint64_t>(order) * 31 + ride.serial) % (std::uint64_t{1} << 40U);
        order = static_cast<double>(folded);
    }
};

}  // namespace contrail::simulation
