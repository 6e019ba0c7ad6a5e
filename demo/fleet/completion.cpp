#include "demo/fleet/completion.hpp"

#include <algorithm>

#include "contrail/error.hpp"
#include "demo/fleet/members.hpp"
#include "verify/examine.hpp"

namespace rocket_rides {

namespace {

using namespace std::chrono_literals;

// Counting and adding up all rides takes a part of a second where there are millions.
constexpr auto examine_every = 200ms;

bool all_level(const Report& report) {
    const auto level = [&](std::string_view name) { return is_level(report, name); };
    return level(warehouse_name) && std::ranges::all_of(consumer_names, level);
}

}  // namespace

bool Completion::reached() {
    if (Clock::now() < due_) return false;
    try {
        Report report = examine(settings_);
        if (all_level(report)) report_ = std::move(report);
    } catch (const contrail::Error& error) {
        // The programs of the fleet, which talk to the same servers, tell what is wrong.
        if (error.retry() == contrail::Retry::never) throw;
    }
    due_ = Clock::now() + examine_every;
    return report_.has_value();
}

Completion::Duration Completion::pause() const {
    return std::max(Duration(0), std::chrono::ceil<Duration>(due_ - Clock::now()));
}

}  // namespace rocket_rides
