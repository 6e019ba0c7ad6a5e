#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <thread>

#include "api/ride_queue.hpp"
#include "api/ride_table.hpp"
#include "contrail/settings.hpp"

namespace rocket_rides {

/// Stores, changes and finds rides for many requests at once, on a thread and a connection of its own.
///
/// Commits  Rides and changes that wait at the same time share one transaction: its commit, which costs a
///          write to the disk, is paid once for all of them. Changes of one ride are made in the order in
///          which they came, each in a transaction of its own.
/// Away     While Postgres cannot be reached every call fails at once; the thread goes on trying to connect.
/// Threads  create(), change() and find() from any thread. Coroutines that await them share one executor,
///          on which they go on, and which must outlive the store.
class RideStore {
public:
    struct Options {
        /// Most rides in one transaction, and most changes. More share a commit, and wait longer for each
        /// other.
        std::size_t transaction_rides_max = 500;
        /// Most requests of each kind that may wait; more fail at once. Most people leave it alone: these are
        /// a second's work, and clients that wait longer go away.
        std::size_t waiting_max = 10'000;
    };

    /// Connects. Throws Error (Retry::never) where a person has to act first: wrong password, no such
    /// database, no schema of Contrail's in it. That Postgres is away at the moment is no error.
    RideStore(const contrail::Settings& settings, const Options& options);

    /// Waits for the transaction in hand. Whoever still waits for an answer never gets one: the coroutine is
    /// destroyed.
    ~RideStore() = default;

    /// Stores a ride of `distance` metres, and its record.
    boost::asio::awaitable<StoredRide> create(double distance) { return queue_.wait_until_stored(distance); }

    /// Changes or deletes a ride, and stores a record of that.
    boost::asio::awaitable<ChangedRide> change(const WantedChange& change) {
        return queue_.wait_until_changed(change);
    }

    boost::asio::awaitable<FoundRide> find(std::int64_t id) { return queue_.wait_until_found(id); }

private:
    void work(const std::stop_token& stop);
    void do_work(Work work);
    void store(Work work);
    void reconnect(const std::stop_token& stop);

    Options options_;
    Expected expected_;  ///< Used by the thread only.
    RideTable table_;    ///< Used by the thread only, once that runs.
    RideQueue queue_;
    std::jthread thread_;  ///< Last, so that it ends before what it uses.
};

}  // namespace rocket_rides
