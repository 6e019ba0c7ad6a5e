#include "dashboard/watch.hpp"

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

void Watch::somebody_came() {
    {
        const std::scoped_lock lock(mutex_);
        watched_ = wanted_now_ = true;
    }
    changed_.notify_all();
}

void Watch::all_have_left() {
    {
        const std::scoped_lock lock(mutex_);
        watched_ = false;
    }
    changed_.notify_all();
}

void Watch::look_now() {
    {
        const std::scoped_lock lock(mutex_);
        wanted_now_ = true;
    }
    changed_.notify_all();
}

void Watch::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    bool unfinished = false;
    const auto wanted = [&] { return watched_ || wanted_now_ || unfinished; };
    while (changed_.wait(lock, stop, wanted) && !stop.stop_requested()) {
        wanted_now_ = false;
        lock.unlock();
        const Sight sight = look();
        lock.lock();
        unfinished = sight.unfinished;
        changed_.wait_for(lock, stop, sight.again_in, [&] { return wanted_now_ || !wanted(); });
    }
}

Sight Watch::look() {
    Sight all{.events = {}, .again_in = std::chrono::hours(1)};
    for (const Look& each : looks_) {
        try {
            Sight sight = each();
            std::ranges::move(sight.events, std::back_inserter(all.events));
            all.again_in = std::min(all.again_in, sight.again_in);
            all.unfinished = all.unfinished || sight.unfinished;
        } catch (const std::exception& error) {
            page_log.error("cannot look at what the page shows: {error}", {{"error", error.what()}});
            all.again_in = std::min(all.again_in, pause_after_failure);
        }
    }
    show_(std::exchange(all.events, {}));
    return all;
}

}  // namespace contrail::dashboard
