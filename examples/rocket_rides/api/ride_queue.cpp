#include "api/ride_queue.hpp"

#include <algorithm>
#include <boost/asio/append.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>
#include <unordered_set>
#include <utility>

namespace rocket_rides {

namespace asio = boost::asio;

template <class Question, class Answer>
void Line<Question, Answer>::answer(std::vector<Answer> answers) {
    if (waiting.empty()) return;
    // All in one: to hand them over one by one costs more than to answer them.
    const auto executor = asio::get_associated_executor(waiting.front().handler);
    asio::post(executor, [answered = std::exchange(waiting, {}), answers = std::move(answers)]() mutable {
        for (std::size_t i = 0; i < answered.size(); ++i) {
            std::move(answered[i].handler)(std::move(answers[i]));
        }
    });
}

template <class Question, class Answer>
void Line<Question, Answer>::fail(StoreFailure failure) {
    answer(std::vector<Answer>(waiting.size(), failure));
}

template struct Line<double, StoredRide>;
template struct Line<WantedChange, ChangedRide>;
template struct Line<std::int64_t, FoundRide>;

bool Work::empty() const {
    return rides.waiting.empty() && changes.waiting.empty() && look_ups.waiting.empty();
}

RideGroup Work::group() const {
    RideGroup group;
    group.rides.reserve(rides.waiting.size());
    for (const auto& ride : rides.waiting) group.rides.push_back(ride.question);
    group.changes.reserve(changes.waiting.size());
    for (const auto& change : changes.waiting) group.changes.push_back(change.question);
    return group;
}

void Work::fail(StoreFailure failure) {
    rides.fail(failure);
    changes.fail(failure);
    look_ups.fail(failure);
}

asio::awaitable<StoredRide> RideQueue::wait_until_stored(double distance) {
    return wait(waiting_.rides, distance);
}

asio::awaitable<ChangedRide> RideQueue::wait_until_changed(WantedChange change) {
    return wait(waiting_.changes, change);
}

asio::awaitable<FoundRide> RideQueue::wait_until_found(std::int64_t id) {
    return wait(waiting_.look_ups, id);
}

template <class Question, class Answer>
asio::awaitable<Answer> RideQueue::wait(Line<Question, Answer>& line, Question question) {
    const auto join = [this, &line, question](auto handler) {
        const auto turn_away = [&handler](StoreFailure failure) {
            asio::post(asio::append(std::move(handler), Answer(failure)));
        };
        const std::lock_guard lock(mutex_);
        if (!open_) return turn_away(StoreFailure::unavailable);
        if (line.waiting.size() >= waiting_max_) return turn_away(StoreFailure::overloaded);
        line.waiting.push_back({question, std::move(handler)});
        wake_soon(asio::get_associated_executor(line.waiting.back().handler));
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, void(Answer)>(join, asio::use_awaitable);
}

/// Wakes whoever waits in take() once the executor has come round to it: by then all requests wait that came
/// at the same time, and they go together.
template <class Executor>
void RideQueue::wake_soon(const Executor& executor) {
    if (std::exchange(waking_, true)) return;
    asio::post(executor, [this] {
        const std::lock_guard lock(mutex_);
        waking_ = false;
        wake_.notify_one();
    });
}

Work RideQueue::take(std::size_t group_max, const Expected& expected, std::chrono::milliseconds wait_max,
                     const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const std::size_t complete = std::min(group_max, waiting_.members() + expected.requests);
    wake_.wait_for(lock, stop, wait_max, [this] { return !waiting_.empty(); });
    wake_.wait_until(lock, stop, expected.until, [this, complete] {
        return waiting_.members() >= complete || !waiting_.look_ups.waiting.empty();
    });
    Work taken;
    taken.look_ups.waiting.swap(waiting_.look_ups.waiting);
    take_changes(group_max, taken);
    for (auto& rides = waiting_.rides.waiting; !rides.empty() && taken.rides.waiting.size() < group_max;) {
        taken.rides.waiting.push_back(std::move(rides.front()));
        rides.pop_front();
    }
    return taken;
}

/// Two changes of one ride are never in one transaction: the second has to find what the first has made of
/// it.
void RideQueue::take_changes(std::size_t changes_max, Work& taken) {
    std::unordered_set<std::int64_t> changed;
    Line<WantedChange, ChangedRide> later;
    for (auto& change : waiting_.changes.waiting) {
        const bool goes =
            taken.changes.waiting.size() < changes_max && changed.insert(change.question.id).second;
        (goes ? taken.changes : later).waiting.push_back(std::move(change));
    }
    waiting_.changes = std::move(later);
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
