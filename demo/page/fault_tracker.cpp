#include "demo/page/fault_tracker.hpp"

#include <sys/eventfd.h>

#include <utility>

#include "servers/system_error.hpp"

namespace demo {

bool FaultTracker::State::under_way() const {
    return phase == Phase::requested || phase == Phase::active || phase == Phase::ended;
}

FaultTracker::FaultTracker() : wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (wake_.get() < 0) throw contrail::servers::system_error("Cannot receive requests of the page");
}

bool FaultTracker::request(std::string fault) {
    const std::scoped_lock lock(mutex_);
    if (state_.under_way()) return false;
    state_ = {.number = state_.number + 1, .phase = Phase::requested, .fault = std::move(fault)};
    // It cannot fail: the counter is far from its limit.
    ::eventfd_write(wake_.get(), 1);
    return true;
}

std::optional<std::string> FaultTracker::take() {
    eventfd_t count = 0;
    if (::eventfd_read(wake_.get(), &count) != 0) return std::nullopt;
    const std::scoped_lock lock(mutex_);
    return state_.fault;
}

void FaultTracker::injected(std::string what, std::string repair) {
    const auto unix_time = std::chrono::system_clock::now().time_since_epoch();
    const std::scoped_lock lock(mutex_);
    state_.phase = Phase::active;
    state_.what = std::move(what);
    state_.repair = std::move(repair);
    state_.injected_at = Clock::now();
    state_.injected_ms =
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(unix_time).count());
}

void FaultTracker::failed(std::string why) {
    const std::scoped_lock lock(mutex_);
    state_.phase = Phase::failed;
    state_.what = std::move(why);
}

void FaultTracker::ended() {
    const std::scoped_lock lock(mutex_);
    state_.phase = Phase::ended;
    state_.ended_at = Clock::now();
}

void FaultTracker::recovered(std::string how) {
    const std::scoped_lock lock(mutex_);
    state_.phase = Phase::recovered;
    state_.recovery = std::move(how);
    state_.recovered_at = Clock::now();
}

FaultTracker::State FaultTracker::state() const {
    const std::scoped_lock lock(mutex_);
    return state_;
}

}  // namespace demo
