#include "demo/up/completion.hpp"

#include <algorithm>

#include "contrail/error.hpp"
#include "demo/supervisor/programs.hpp"
#include "verify/examine.hpp"

namespace demo {

namespace {

using namespace std::chrono_literals;
using rocket_rides::Report;

// Counting and adding up millions of rides takes a fraction of a second.
constexpr auto check_every = 200ms;

bool all_caught_up(const Report& report) {
    const auto caught_up = [&](std::string_view name) { return is_level(report, name); };
    return caught_up(warehouse_name) && std::ranges::all_of(consumer_names, caught_up);
}

}  // namespace

bool Completion::reached() {
    if (Clock::now() < due_) return false;
    try {
        Report report = rocket_rides::examine(settings_);
        if (all_caught_up(report)) report_ = std::move(report);
    } catch (const contrail::Error& error) {
        // The programs use the same servers, and report this failure themselves.
        if (error.retry() == contrail::Retry::never) throw;
    }
    due_ = Clock::now() + check_every;
    return report_.has_value();
}

Completion::Duration Completion::pause() const {
    return std::max(Duration(0), std::chrono::ceil<Duration>(due_ - Clock::now()));
}

}  // namespace demo
