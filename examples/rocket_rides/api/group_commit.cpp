#include "api/group_commit.hpp"

#include "api/api_log.hpp"
#include "contrail/error.hpp"

namespace rocket_rides {

using contrail::Error;
using contrail::Retry;

namespace {

/// Rides do not conflict with each other; whoever changes the tables by hand may conflict with them once or
/// twice. Somebody who always does would otherwise hold up all who wait.
constexpr int attempts_max = 10;

/// As RideTable::insert(), but goes on after a conflict while there is a connection.
std::vector<std::int64_t> insert(RideTable& table, std::span<const double> distances) {
    for (int attempt = 1;; ++attempt) {
        try {
            return table.insert(distances);
        } catch (const Error& error) {
            const bool again =
                error.retry() == Retry::transaction && table.connected() && attempt < attempts_max;
            if (!again) throw;
        }
    }
}

std::vector<StoredRide> none_stored(std::size_t rides, StoreFailure failure) {
    std::vector<StoredRide> stored(rides, failure);
    return stored;
}

StoreFailure failure_of(const Error& error) {
    switch (error.retry()) {
        case Retry::in_doubt:
            return StoreFailure::in_doubt;
        case Retry::never:
            return StoreFailure::refused;
        case Retry::call:
        case Retry::transaction:
            break;
    }
    return StoreFailure::unavailable;
}

std::vector<StoredRide> store_each_alone(RideTable& table, std::span<const double> distances) {
    std::vector<StoredRide> stored;
    stored.reserve(distances.size());
    for (std::size_t i = 0; i < distances.size(); ++i) {
        stored.push_back(store_together(table, distances.subspan(i, 1)).front());
    }
    return stored;
}

}  // namespace

std::vector<StoredRide> store_together(RideTable& table, std::span<const double> distances) {
    if (!table.connected()) return none_stored(distances.size(), StoreFailure::unavailable);
    try {
        const auto ids = insert(table, distances);
        return {ids.begin(), ids.end()};
    } catch (const Error& error) {
        const StoreFailure failure = failure_of(error);
        if (failure == StoreFailure::refused && distances.size() > 1)
            return store_each_alone(table, distances);
        api_log.error("rides not stored: {rides}. {error}",
                      {{"rides", distances.size()}, {"error", error.what()}});
        return none_stored(distances.size(), failure);
    }
}

}  // namespace rocket_rides
