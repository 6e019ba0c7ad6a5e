#include "api/group_commit.hpp"

#include "api/api_log.hpp"
#include "contrail/error.hpp"

namespace rocket_rides {

using contrail::Error;
using contrail::Retry;

namespace {

/// Rides do not conflict with each other; whoever changes the same rows at the same moment may conflict with
/// them once or twice. Somebody who always does would otherwise hold up all who wait.
constexpr int attempts_max = 10;

/// Goes on after a conflict while there is a connection.
StoredGroup write_and_commit(RideTable& table, const RideGroup& group) {
    for (int attempt = 1;; ++attempt) {
        try {
            StoredGroup stored = table.write(group);
            table.commit();
            return stored;
        } catch (const Error& error) {
            const bool again =
                error.retry() == Retry::transaction && table.connected() && attempt < attempts_max;
            if (!again) throw;
        }
    }
}

StoredGroup all_failed(const RideGroup& group, StoreFailure ride_failure, StoreFailure change_failure) {
    return {std::vector<StoredRide>(group.rides.size(), ride_failure),
            std::vector<ChangedRide>(group.changes.size(), change_failure)};
}

/// Each change gets a transaction of its own. So does each ride if that is refused which they share.
StoredGroup store_apart(RideTable& table, const RideGroup& group, bool refused) {
    StoredGroup stored;
    for (const WantedChange& change : group.changes) {
        stored.changes.push_back(store_together(table, {.rides = {}, .changes = {change}}).changes.front());
    }
    if (!refused) {
        stored.rides = store_together(table, {.rides = group.rides, .changes = {}}).rides;
        return stored;
    }
    for (const double distance : group.rides) {
        stored.rides.push_back(store_together(table, {.rides = {distance}, .changes = {}}).rides.front());
    }
    return stored;
}

/// The end of a group that goes together and cannot be stored.
StoredGroup give_up(RideTable& table, const RideGroup& group, const Error& error) {
    api_log.error("rides not stored or changed: {rides}. {error}",
                  {{"rides", group.rides.size() + group.changes.size()}, {"error", error.what()}});
    switch (error.retry()) {
        case Retry::in_doubt:
            return all_failed(group, StoreFailure::in_doubt, StoreFailure::in_doubt);
        case Retry::never:
            return all_failed(group, StoreFailure::refused, StoreFailure::refused);
        case Retry::transaction:
            // It conflicts for ever: others change the same rides, and are always faster.
            if (table.connected())
                return all_failed(group, StoreFailure::unavailable, StoreFailure::overtaken);
            break;
        case Retry::call:
            break;
    }
    return all_failed(group, StoreFailure::unavailable, StoreFailure::unavailable);
}

}  // namespace

StoredGroup store_together(RideTable& table, const RideGroup& group) {
    if (!table.connected()) return all_failed(group, StoreFailure::unavailable, StoreFailure::unavailable);
    try {
        return write_and_commit(table, group);
    } catch (const Error& error) {
        const bool alone = group.rides.size() + group.changes.size() == 1;
        const bool refused = error.retry() == Retry::never;
        const bool conflicts =
            error.retry() == Retry::transaction && !group.changes.empty() && table.connected();
        if (!alone && (refused || conflicts)) return store_apart(table, group, refused);
        return give_up(table, group, error);
    }
}

}  // namespace rocket_rides
