#include "demo/up/completion.hpp"

#include <algorithm>

#include "contrail/error.hpp"
#include "demo/supervisor/programs.hpp"
#include "verify.hpp"

namespace demo {

namespace {

using namespace std::chrono_literals;
using rocket_rides::Verdict;

// Counting and adding up millions of rides takes a fraction of a second.
constexpr auto check_every = 200ms;

bool all_caught_up(const Verdict& verdict) {
    const auto caught_up = [&](std::string_view name) { return is_level(verdict, name); };
    return caught_up(warehouse_name) && std::ranges::all_of(consumer_names, caught_up);
}

}  // namespace

bool Completion::reached() {
    if (Clock::now() < due_) return false;
    try {
        Verdict verdict = rocket_rides::RideAudit(settings_).verify();
        if (all_caught_up(verdict)) verdict_ = std::move(verdict);
    } catch (const contrail::Error& error) {
        // The programs use the same servers, and verdict this failure themselves.
        if (error.retry() == contrail::Retry::never) throw;
    }
    due_ = Clock::now() + check_every;
    return verdict_.has_value();
}

Completion::Duration Completion::pause() const {
    return std::max(Duration(0), std::chrono::ceil<Duration>(due_ - Clock::now()));
}

}  // namespace demo
