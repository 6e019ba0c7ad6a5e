#include "api/ride_queue.hpp"

#include <boost/asio/append.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace rocket_rides {

namespace asio = boost::asio;

template <class Question, class Answer>
void Waiting<Question, Answer>::answer(Answer answer) {
    asio::post(asio::append(std::move(handler), std::move(answer)));
}

template struct Waiting<double, StoredRide>;
template struct Waiting<std::int64_t, FoundRide>;

void Work::fail(StoreFailure failure) {
    for (WaitingRide& ride : rides) ride.answer(failure);
    for (WaitingLookUp& look_up : look_ups) look_up.answer(failure);
}

asio::awaitable<StoredRide> RideQueue::wait_until_stored(double distance) {
    return wait(waiting_.rides, distance);
}

asio::awaitable<FoundRide> RideQueue::wait_until_found(std::int64_t id) {
    return wait(waiting_.look_ups, id);
}

template <class Question, class Answer>
asio::awaitable<Answer> RideQueue::wait(std::deque<Waiting<Question, Answer>>& line, Question question) {
    const auto join = [this, &line, question](auto handler) {
        Waiting<Question, Answer> waiting{question, std::move(handler)};
        const std::lock_guard lock(mutex_);
        if (!open_) return waiting.answer(StoreFailure::unavailable);
        if (line.size() >= waiting_max_) return waiting.answer(StoreFailure::overloaded);
        line.push_back(std::move(waiting));
        wake_.notify_one();
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, void(Answer)>(join, asio::use_awaitable);
}

Work RideQueue::take(std::size_t rides_max, std::chrono::milliseconds wait_max, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, wait_max,
                   [this] { return !waiting_.rides.empty() || !waiting_.look_ups.empty(); });
    Work taken;
    taken.look_ups.swap(waiting_.look_ups);
    while (!waiting_.rides.empty() && taken.rides.size() < rides_max) {
        taken.rides.push_back(std::move(waiting_.rides.front()));
        waiting_.rides.pop_front();
    }
    return taken;
}

void RideQueue::open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
}

void RideQueue::close() {
    Work turned_away;
    {
        const std::lock_guard lock(mutex_);
        open_ = false;
        std::swap(turned_away, waiting_);
    }
    turned_away.fail(StoreFailure::unavailable);
}

}  // namespace rocket_rides
