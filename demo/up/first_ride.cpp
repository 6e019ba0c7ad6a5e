#include "demo/up/first_ride.hpp"

#include <algorithm>

#include "contrail/error.hpp"

namespace demo {

namespace {

constexpr std::chrono::milliseconds arrival_check_every{200};

contrail::RecordId furthest(const rocket_rides::Verdict& verdict) {
    contrail::RecordId id;
    for (const auto& consumer : verdict.consumers) id = std::max(id, consumer.last_id);
    return id;
}

}  // namespace

bool FirstRide::arrives() {
    if (arrived_ || Clock::now() < due_) return false;
    due_ = Clock::now() + arrival_check_every;
    try {
        const contrail::RecordId now = furthest(audit_.verify_consumers());
        if (!at_first_) at_first_ = now;
        arrived_ = now > *at_first_;
    } catch (const contrail::Error& error) {
        // The programs use the same servers, and verdict this failure themselves.
        if (error.retry() == contrail::Retry::never) throw;
    }
    return arrived_;
}

std::optional<FirstRide::Duration> FirstRide::pause() const {
    if (arrived_) return std::nullopt;
    return std::max(Duration(0), std::chrono::ceil<Duration>(due_ - Clock::now()));
}

}  // namespace demo
