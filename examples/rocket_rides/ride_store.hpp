#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "contrail/postgres_session.hpp"
#include "contrail/settings.hpp"

namespace rocket_rides {

/// What a client wants of a ride.
struct RideRequest {
    enum class Action { create, change, remove, show };

    Action action = Action::create;
    std::int64_t id = 0;  ///< Of all actions but `create`.
    double distance = 0;  ///< Metres; of `create` and `change`.
    /// If set, `change` and `remove` take effect only if the ride still has this distance.
    std::optional<double> previous_distance{};
};

/// Why a request was not done.
enum class Failure {
    unavailable,  ///< Not done: Postgres cannot be reached, or has no room. Later, perhaps.
    overloaded,   ///< Not done: too many requests wait. Later, perhaps.
    in_doubt,     ///< Perhaps done: the connection broke during the commit.
    refused,      ///< Never done: Postgres refuses it. The log says why.
    missing,      ///< Not done: there is no such ride.
    overtaken,    ///< Not done: another change came first, or is being made right now.
};

struct RideAnswer {
    std::optional<Failure> failure{};
    std::int64_t id = 0;           ///< Of the ride that was created.
    double previous_distance = 0;  ///< That a changed or deleted ride had.
    std::string json{};            ///< The ride that is shown: id, distance, created_at.
};

/// Stores rides for many requests at once, over one session with Postgres and on a thread of its own. Each
/// change of a ride is stored together with its record, so that none can be without the other.
///
/// Commits  Requests that wait at the same time share one transaction. Its commit, a write to the disk, is
/// what
///          a ride costs most. Changes of one ride are made in the order in which they came, each in a
///          transaction of its own. If a transaction is refused, only the request at fault fails.
/// Outages  While Postgres cannot be reached, every request fails at once; the thread tries to connect.
/// Poolers  Works behind one that gives each transaction another session.
/// Threads  ask() from any thread. The coroutines that await it share one executor, which outlives the store.
class RideStore {
public:
    struct Options {
        std::size_t transaction_requests_max = 500;  ///< More share a commit, and wait longer for each other.
        std::size_t waiting_requests_max = 10'000;   ///< A second's work. More fail as overloaded.
    };

    /// Connects. Throws Error (Retry::never) if an operator must act first: wrong password, no schema. If
    /// Postgres is away for now, the store waits for it.
    RideStore(const contrail::Settings& settings, const Options& options);

    /// Waits for the current transaction. Requests that still wait are abandoned: their coroutines never
    /// resume.
    ~RideStore() = default;

    boost::asio::awaitable<RideAnswer> ask(RideRequest request);

    /// False while Postgres cannot be reached. From any thread.
    [[nodiscard]] bool is_open();

private:
    using Clock = std::chrono::steady_clock;
    using Handler = boost::asio::async_result<boost::asio::use_awaitable_t<>, void(RideAnswer)>::handler_type;

    /// Requests, and the coroutines that await their answers, in the same order.
    struct Group {
        std::vector<RideRequest> requests;
        std::vector<Handler> handlers;

        void add(const RideRequest& request, Handler handler);
        /// Resumes the coroutines.
        void answer(std::vector<RideAnswer> answers);
    };

    void work(const std::stop_token& stop);
    void connect(const std::stop_token& stop);
    Group take(const std::stop_token& stop);
    void serve(Group group);
    std::vector<RideAnswer> store(std::span<const RideRequest> requests);
    std::vector<RideAnswer> store_together(std::span<const RideRequest> requests);
    void create(std::span<const RideRequest> requests, std::vector<RideAnswer>& answers);
    void change(std::span<const RideRequest> requests, std::vector<RideAnswer>& answers);
    void show(std::span<const RideRequest> requests, std::vector<RideAnswer>& answers);
    void roll_back() noexcept;

    const contrail::Settings settings_;
    const Options options_;
    const std::string insert_rides_;
    const std::string change_rides_;

    // The thread alone uses these.
    std::optional<contrail::PostgresSession> session_;
    std::size_t expected_requests_ = 0;  ///< Of the clients that were answered last.
    Clock::time_point expected_until_{};

    std::condition_variable_any wake_;
    std::mutex mutex_;  ///< Guards what follows.
    Group waiting_;
    bool open_ = false;  ///< There is a session.
    bool waking_ = false;

    std::jthread thread_;  ///< Last, so that it ends before what it uses.
};

}  // namespace rocket_rides
