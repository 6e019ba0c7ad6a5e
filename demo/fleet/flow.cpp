#include "demo/fleet/flow.hpp"

#include <algorithm>

#include "contrail/error.hpp"

namespace rocket_rides {

namespace {

constexpr std::chrono::milliseconds look_every{200};

contrail::RecordId furthest(const Report& report) {
    contrail::RecordId id;
    for (const auto& consumer : report.consumers) id = std::max(id, consumer.last_id);
    return id;
}

}  // namespace

bool Flow::begins() {
    if (begun_ || Clock::now() < due_) return false;
    due_ = Clock::now() + look_every;
    try {
        const contrail::RecordId now = furthest(examiner_.examine_consumers());
        if (!at_first_) at_first_ = now;
        begun_ = now > *at_first_;
    } catch (const contrail::Error& error) {
        // The programs of the fleet, which talk to the same servers, tell what is wrong.
        if (error.retry() == contrail::Retry::never) throw;
    }
    return begun_;
}

std::optional<Flow::Duration> Flow::pause() const {
    if (begun_) return std::nullopt;
    return std::max(Duration(0), std::chrono::ceil<Duration>(due_ - Clock::now()));
}

}  // namespace rocket_rides
