#pragma once

#include <string_view>

#include "postgres/errors.hpp"

namespace rocket_rides {

/// A statement whose parameters are arrays: one for all the rides of a transaction. `@schema@` stands for
/// Contrail's schema.
struct RideStatement {
    contrail::postgres::Attempt attempt;
    std::string_view name;   ///< Where it is prepared.
    std::string_view types;  ///< Of $1, $2 …
    std::string_view text;
};

/// $1: distances. Returns the ids of the new rides, in the same order.
extern const RideStatement insert_rides;

/// $1: ids, no two of them the same. $2: new distances; NULL where the ride is to be deleted. $3: distances
/// that the rides are to have until then; NULL where any will do. Returns a row for each, in the same order:
/// the previous distance, NULL where nothing was changed; and whether there is such a ride.
extern const RideStatement change_rides;

}  // namespace rocket_rides
