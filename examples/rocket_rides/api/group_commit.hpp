#pragma once

#include "api/ride_group.hpp"
#include "api/ride_table.hpp"

namespace rocket_rides {

/// Stores rides and makes changes in one transaction, and returns what became of each. Never throws
/// contrail::Error.
///
/// If the transaction conflicts with another it is tried again, some times. If Postgres refuses it, or it
/// goes on conflicting, each ride and each change gets a transaction of its own: only the one that cannot be
/// done must fail, and not its neighbours. Once the connection is lost nothing more is tried, and nobody
/// waits for another.
StoredGroup store_together(RideTable& table, const RideGroup& group);

}  // namespace rocket_rides
