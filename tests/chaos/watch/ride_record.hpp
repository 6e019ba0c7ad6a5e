#pragma once

#include <cstdint>
#include <optional>

#include "contrail/record.hpp"

namespace rocket_rides::chaos {

/// What a ride's record says, read by means of chaos' own.
struct RideRecord {
    std::int64_t ride = 0;
    std::optional<double> distance;           ///< Of `create` and `update`.
    std::optional<double> previous_distance;  ///< Of `update` and `delete`.

    /// The number of the change that made it; nothing for `delete`, which has none.
    [[nodiscard]] std::optional<std::uint64_t> number() const;
};

/// Nothing if the record is not one of a ride.
std::optional<RideRecord> read_ride(const contrail::Record& record);

}  // namespace rocket_rides::chaos
