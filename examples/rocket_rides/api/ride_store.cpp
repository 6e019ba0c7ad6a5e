#include "api/ride_store.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "api/api_log.hpp"
#include "api/group_commit.hpp"
#include "contrail/clock.hpp"
#include "contrail/error.hpp"
#include "core/backoff.hpp"

namespace rocket_rides {

using contrail::Error;
using contrail::Retry;

namespace {

/// How often an idle thread looks whether the connection is still there, so that it is made again before the
/// next request needs it. It looks at its own socket only.
constexpr std::chrono::milliseconds idle_wait_max{1'000};

/// How long those who were answered are waited for: a quarter of what a transaction takes, but no longer than
/// this.
constexpr std::chrono::milliseconds expected_wait_max{5};

/// Pauses between attempts to connect. Nobody waits for them: meanwhile everybody is refused.
constexpr std::chrono::milliseconds connect_wait_min{50};
constexpr std::chrono::milliseconds connect_wait_max{1'000};

FoundRide find_ride(RideTable& table, std::int64_t id) {
    if (!table.connected()) return StoreFailure::unavailable;
    try {
        return table.find(id);
    } catch (const Error& error) {
        api_log.error("{error}", {{"error", error.what()}});
        return error.retry() == Retry::never ? StoreFailure::refused : StoreFailure::unavailable;
    }
}

}  // namespace

RideStore::RideStore(const contrail::Settings& settings, const Options& options)
    : options_(options),
      table_(settings),
      queue_(options.waiting_max) {
    try {
        table_.connect();
        queue_.open();
    } catch (const Error& error) {
        if (error.retry() == Retry::never) throw;  // else the thread goes on trying, and says so
    }
    thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

void RideStore::work(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        if (!table_.connected()) {
            reconnect(stop);
        } else {
            do_work(queue_.take(options_.transaction_rides_max, std::exchange(expected_, {}), idle_wait_max,
                                stop));
        }
    }
}

void RideStore::do_work(Work work) {
    std::vector<FoundRide> found;
    for (const auto& look_up : work.look_ups.waiting) found.push_back(find_ride(table_, look_up.question));
    work.look_ups.answer(std::move(found));
    if (work.members() > 0) store(std::move(work));
}

/// Clients who wait for each answer before they ask for more would fall into two halves, of which one waits
/// while the other's commit is on its way to the disk. So those just answered get a moment to come back, and
/// share the next commit with those who wait.
void RideStore::store(Work work) {
    const std::size_t members = work.members();
    const auto began = std::chrono::steady_clock::now();
    StoredGroup stored = store_together(table_, work.group());
    const auto ended = std::chrono::steady_clock::now();
    work.changes.answer(std::move(stored.changes));
    work.rides.answer(std::move(stored.rides));
    expected_ = {members, ended + std::min<std::chrono::steady_clock::duration>((ended - began) / 4,
                                                                                expected_wait_max)};
}

void RideStore::reconnect(const std::stop_token& stop) {
    queue_.close();
    contrail::Backoff backoff({.wait_min = connect_wait_min, .wait_max = connect_wait_max});
    for (bool told = false; !stop.stop_requested(); told = true) {
        try {
            table_.connect();
            queue_.open();
            api_log.info("connected to the database");
            return;
        } catch (const Error& error) {
            if (!told)
                api_log.warn("requests are refused until the database is there: {error}",
                             {{"error", error.what()}});
        }
        contrail::system_clock().wait(backoff.next(), stop);
    }
}

}  // namespace rocket_rides
