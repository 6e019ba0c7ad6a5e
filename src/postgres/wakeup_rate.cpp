#include "postgres/wakeup_rate.hpp"

#include <algorithm>

namespace contrail::postgres {

void WakeupRate::add(double transactions, Time now) {
    leak(now);
    level_ = std::min(level_ + transactions, capacity);
    if (level_ >= capacity) busy_ = true;
}

bool WakeupRate::is_busy(Time now) {
    leak(now);
    return busy_;
}

void WakeupRate::leak(Time now) {
    const std::chrono::duration<double> passed = now - leaked_at_;
    leaked_at_ = now;
    level_ = std::max(level_ - passed.count() * per_second, 0.0);
    if (level_ <= 0) busy_ = false;
}

}  // namespace contrail::postgres
