#include "dashboard/poller.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "contrail/component_log.hpp"

namespace contrail::dashboard {

namespace {

constexpr std::chrono::milliseconds pause_after_failure{1'000};

constexpr ComponentLog page_log("dashboard");

}  // namespace

void Poller::viewer_joined() {
    {
        const std::scoped_lock lock(mutex_);
        has_viewers_ = due_now_ = true;
    }
    changed_.notify_all();
}

void Poller::viewers_left() {
    {
        const std::scoped_lock lock(mutex_);
        has_viewers_ = false;
    }
    changed_.notify_all();
}

void Poller::poll_now() {
    {
        const std::scoped_lock lock(mutex_);
        due_now_ = true;
    }
    changed_.notify_all();
}

void Poller::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    bool unfinished = false;
    const auto wanted = [&] { return has_viewers_ || due_now_ || unfinished; };
    while (changed_.wait(lock, stop, wanted) && !stop.stop_requested()) {
        due_now_ = false;
        lock.unlock();
        const Snapshot snapshot = poll_all();
        lock.lock();
        unfinished = snapshot.unfinished;
        changed_.wait_for(lock, stop, snapshot.next_in, [&] { return due_now_ || !wanted(); });
    }
}

Snapshot Poller::poll_all() {
    Snapshot all{.messages = {}, .next_in = std::chrono::hours(1)};
    for (const Poll& poll : polls_) {
        try {
            Snapshot snapshot = poll();
            std::ranges::move(snapshot.messages, std::back_inserter(all.messages));
            all.next_in = std::min(all.next_in, snapshot.next_in);
            all.unfinished = all.unfinished || snapshot.unfinished;
        } catch (const std::exception& error) {
            page_log.error("a poll for the page failed: {error}", {{"error", error.what()}});
            all.next_in = std::min(all.next_in, pause_after_failure);
        }
    }
    show_(std::exchange(all.messages, {}));
    return all;
}

}  // namespace contrail::dashboard
