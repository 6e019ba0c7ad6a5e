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

#include "api/group_commit.hpp"

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

    /// Ends the wait, on the coroutine's own executor. Call once, from any thread.
    void answer(Answer answer);
};
using WaitingRide = Waiting<double, StoredRide>;
using WaitingLookUp = Waiting<std::int64_t, FoundRide>;

/// What waits, in the order in which it came.
struct Work {
    std::deque<WaitingRide> rides;
    std::deque<WaitingLookUp> look_ups;

    void fail(StoreFailure failure);
};

/// Where requests wait for the thread that talks to Postgres. While it is closed, which it is at first,
/// nobody waits: every request fails at once.
///
/// Threads  All calls from any thread.
class RideQueue {
public:
    /// `waiting_max`: how many rides, and how many looks-up, may wait; more fail as overloaded.
    explicit RideQueue(std::size_t waiting_max) : waiting_max_(waiting_max) {}

    /// For a ride of `distance` metres to be stored.
    boost::asio::awaitable<StoredRide> wait_until_stored(double distance);
    /// For the ride `id` to be found.
    boost::asio::awaitable<FoundRide> wait_until_found(std::int64_t id);

    /// Takes what waits, at most `rides_max` rides. Waits for the first to come, for `wait_max` or until
    /// `stop` is requested at the most.
    Work take(std::size_t rides_max, std::chrono::milliseconds wait_max, const std::stop_token& stop);

    void open();
    /// Fails all that waits as unavailable.
    void close();

private:
    template <class Question, class Answer>
    boost::asio::awaitable<Answer> wait(std::deque<Waiting<Question, Answer>>& line, Question question);

    const std::size_t waiting_max_;
    std::condition_variable_any wake_;
    std::mutex mutex_;  ///< Guards what follows.
    Work waiting_;
    bool open_ = false;
};

}  // namespace rocket_rides
