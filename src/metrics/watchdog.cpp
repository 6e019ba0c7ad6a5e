#include "contrail/watchdog.hpp"

#include <utility>

namespace contrail {

void Watchdog::expect() {
    const std::lock_guard lock(mutex_);
    if (!since_) since_ = clock_.now();
}

void Watchdog::moved() {
    const std::lock_guard lock(mutex_);
    since_ = clock_.now();
    why_.clear();
}

void Watchdog::rest() {
    const std::lock_guard lock(mutex_);
    since_.reset();
    why_.clear();
}

void Watchdog::failed(std::string why) {
    const std::lock_guard lock(mutex_);
    why_ = std::move(why);
}

std::optional<Watchdog::Standstill> Watchdog::standstill() const {
    const std::lock_guard lock(mutex_);
    if (!since_) return std::nullopt;
    return Standstill{clock_.now() - *since_, why_};
}

}  // namespace contrail
