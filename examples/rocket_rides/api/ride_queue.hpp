#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "api/ride_group.hpp"

namespace rocket_rides {

/// A ride as JSON, or nothing if there is none; or why it could not be looked up.
using FoundRide = std::variant<std::optional<std::string>, StoreFailure>;

/// A coroutine that waits for an answer to its question.
template <class Question, class Answer>
struct Waiting {
    using Handler =
        typename boost::asio::async_result<boost::asio::use_awaitable_t<>, void(Answer)>::handler_type;

    Question question;
    Handler handler;  ///< Resumes it.
};

/// Coroutines that wait, in the order in which they came.
template <class Question, class Answer>
struct Line {
    std::deque<Waiting<Question, Answer>> waiting;

    /// Ends all their waits, on their executor, which is one. The answers are in the same order. Call once,
    /// from any thread.
    void answer(std::vector<Answer> answers);
    void fail(StoreFailure failure);
};

/// What waits.
struct Work {
    Line<double, StoredRide> rides;
    Line<WantedChange, ChangedRide> changes;
    Line<std::int64_t, FoundRide> look_ups;

    [[nodiscard]] bool empty() const;
    /// How many rides and changes there are.
    [[nodiscard]] std::size_t members() const { return rides.waiting.size() + changes.waiting.size(); }
    /// The rides and changes, without those who wait for them.
    [[nodiscard]] RideGroup group() const;
    void fail(StoreFailure failure);
};

/// Who may come back for the next transaction: clients that were answered after the last one.
struct Expected {
    std::size_t requests = 0;
    std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::min();
};

/// Where requests wait for the thread that talks to Postgres. While it is closed, which it is at first,
/// nobody waits: every request fails at once.
///
/// Threads  All calls from any thread. Coroutines that wait share one executor.
class RideQueue {
public:
    /// `waiting_max`: how many rides, how many changes and how many looks-up may wait; more fail as
    /// overloaded.
    explicit RideQueue(std::size_t waiting_max) : waiting_max_(waiting_max) {}

    /// For a ride of `distance` metres to be stored.
    boost::asio::awaitable<StoredRide> wait_until_stored(double distance);
    /// For a ride to be changed.
    boost::asio::awaitable<ChangedRide> wait_until_changed(WantedChange change);
    /// For the ride `id` to be found.
    boost::asio::awaitable<FoundRide> wait_until_found(std::int64_t id);

    /// Takes what waits: at most `group_max` rides and as many changes, of any ride the one that came first.
    /// Waits for anything to come, for `wait_max` or until `stop` is requested at the most; and then, unless
    /// somebody wants to look a ride up, for those who are expected.
    Work take(std::size_t group_max, const Expected& expected, std::chrono::milliseconds wait_max,
              const std::stop_token& stop);

    void open();
    /// Fails all that waits as unavailable.
    void close();

private:
    template <class Question, class Answer>
    boost::asio::awaitable<Answer> wait(Line<Question, Answer>& line, Question question);
    template <class Executor>
    void wake_soon(const Executor& executor);
    void take_changes(std::size_t changes_max, Work& taken);

    const std::size_t waiting_max_;
    std::condition_variable_any wake_;
    std::mutex mutex_;  ///< Guards what follows.
    Work waiting_;
    bool open_ = false;
    bool waking_ = false;
};

}  // namespace rocket_rides
