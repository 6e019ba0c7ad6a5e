#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "api/ride_table.hpp"

namespace rocket_rides {

/// Why a ride was not stored, or not looked up.
enum class StoreFailure {
    unavailable,  ///< Not done: Postgres cannot be reached, or has no room. Later, perhaps.
    overloaded,   ///< Not done: too much else is waiting. Later, perhaps.
    in_doubt,     ///< Perhaps stored: the connection broke during the commit.
    refused,      ///< Not done: Postgres will not do this, ever. The log says why.
};

/// The ride's id, or why there is none.
using StoredRide = std::variant<std::int64_t, StoreFailure>;

/// Stores rides in one transaction, and returns what became of each. Never throws contrail::Error.
///
/// If the transaction conflicts with another it is tried again, some times. If Postgres refuses it, each ride
/// gets a transaction of its own: only the one that cannot be stored must fail, and not its neighbours.
/// Once the connection is lost nothing more is tried, and nobody waits for another.
std::vector<StoredRide> store_together(RideTable& table, std::span<const double> distances);

}  // namespace rocket_rides
