#include "metrics/progress.hpp"

#include <utility>

namespace contrail::metrics {

void Progress::expect() {
    const std::lock_guard lock(mutex_);
    if (!since_) since_ = clock_.now();
}

void Progress::moved() {
    const std::lock_guard lock(mutex_);
    since_ = clock_.now();
    why_.clear();
}

void Progress::rest() {
    const std::lock_guard lock(mutex_);
    since_.reset();
    why_.clear();
}

void Progress::failed(std::string why) {
    const std::lock_guard lock(mutex_);
    why_ = std::move(why);
}

std::optional<Progress::Standstill> Progress::standstill() const {
    const std::lock_guard lock(mutex_);
    if (!since_) return std::nullopt;
    return Standstill{clock_.now() - *since_, why_};
}

}  // namespace contrail::metrics
