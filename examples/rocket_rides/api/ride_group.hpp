#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace rocket_rides {

/// What a client wants changed of a ride.
struct WantedChange {
    std::int64_t id = 0;
    std::optional<double> distance;  ///< Metres; nothing: the ride is to be deleted.
    /// If given, the change is made only if the ride has just this distance until then.
    std::optional<double> previous_distance;
};

/// Rides to be stored, by their distances in metres, and changes to be made, in one transaction. No two of
/// the changes are of the same ride.
struct RideGroup {
    std::vector<double> rides;
    std::vector<WantedChange> changes;
};

/// Why a ride was not stored, changed or looked up.
enum class StoreFailure {
    unavailable,  ///< Not done: Postgres cannot be reached, or has no room. Later, perhaps.
    overloaded,   ///< Not done: too much else is waiting. Later, perhaps.
    in_doubt,     ///< Perhaps done: the connection broke during the commit.
    refused,      ///< Not done: Postgres will not do this, ever. The log says why.
    missing,      ///< Not changed: there is no such ride.
    overtaken,    ///< Not changed: another change came first, or is being made at this moment.
};

/// The ride's id, or why there is none.
using StoredRide = std::variant<std::int64_t, StoreFailure>;

/// The distance that the ride had until then, in metres, or why it still has it.
using ChangedRide = std::variant<double, StoreFailure>;

/// What became of a group, in its order.
struct StoredGroup {
    std::vector<StoredRide> rides;
    std::vector<ChangedRide> changes;
};

}  // namespace rocket_rides
