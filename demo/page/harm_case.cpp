#include "demo/page/harm_case.hpp"

#include <sys/eventfd.h>

#include <utility>

#include "servers/system_error.hpp"

namespace rocket_rides {

bool HarmCase::State::under_way() const {
    return phase == Phase::asked || phase == Phase::struck || phase == Phase::over;
}

HarmCase::HarmCase() : wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (wake_.get() < 0) throw contrail::servers::system_error("Cannot wait for what the page asks for");
}

bool HarmCase::ask(Harm harm) {
    const std::scoped_lock lock(mutex_);
    if (state_.under_way()) return false;
    state_ = {.number = state_.number + 1, .phase = Phase::asked, .harm = harm};
    // It cannot fail: the counter is far from its limit.
    ::eventfd_write(wake_.get(), 1);
    return true;
}

std::optional<Harm> HarmCase::take() {
    eventfd_t count = 0;
    if (::eventfd_read(wake_.get(), &count) != 0) return std::nullopt;
    const std::scoped_lock lock(mutex_);
    return state_.harm;
}

void HarmCase::struck(std::string told, std::string then) {
    const std::scoped_lock lock(mutex_);
    state_.phase = Phase::struck;
    state_.told = std::move(told);
    state_.then = std::move(then);
    state_.struck_at = Clock::now();
    state_.struck_ms = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                                      std::chrono::system_clock::now().time_since_epoch())
                                                      .count());
}

void HarmCase::over() {
    const std::scoped_lock lock(mutex_);
    state_.phase = Phase::over;
    state_.over_at = Clock::now();
}

void HarmCase::failed(std::string why) {
    const std::scoped_lock lock(mutex_);
    state_.phase = Phase::failed;
    state_.told = std::move(why);
}

void HarmCase::recovered(std::string then) {
    const std::scoped_lock lock(mutex_);
    state_.phase = Phase::recovered;
    state_.then = std::move(then);
    state_.recovered_at = Clock::now();
}

HarmCase::State HarmCase::state() const {
    const std::scoped_lock lock(mutex_);
    return state_;
}

}  // namespace rocket_rides
