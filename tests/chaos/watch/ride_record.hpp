#pragma once

#include <cstdint>
#include <optional>

#include "contrail/record.hpp"

namespace chaos {

/// The content of a ride's record. This parser is independent of the example's, so that it is evidence.
struct RideRecord {
    std::int64_t ride = 0;
    std::optional<double> distance;           ///< Of `create` and `update`.
    std::optional<double> previous_distance;  ///< Of `update` and `delete`.

    /// The number of its change; nothing for `delete`, which shows none.
    [[nodiscard]] std::optional<std::uint64_t> number() const;
};

/// Nothing if the record is not about a ride.
std::optional<RideRecord> read_ride(const contrail::Record& record);

}  // namespace chaos
