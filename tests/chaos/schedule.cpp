#include "chaos/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace chaos {

namespace {

using std::chrono::milliseconds;

constexpr double lasts_min_ms = 50;
// All faults of a round begin within this time, so that they overlap.
constexpr int begins_max_ms = 1'000;

}  // namespace

Schedule::Schedule(std::uint64_t seed, std::vector<demo::Target> targets, Options options)
    : random_(seed),
      targets_(std::move(targets)),
      options_(options) {}

std::vector<ScheduledFault> Schedule::next_round() {
    std::vector<ScheduledFault> round;
    const auto count = std::uniform_int_distribution<std::size_t>(1, options_.at_once_max)(random_);
    while (round.size() < count) {
        if (kinds_left_.empty()) {
            kinds_left_.resize(targets_.size());
            std::iota(kinds_left_.begin(), kinds_left_.end(), std::size_t{0});
            std::ranges::shuffle(kinds_left_, random_);
        }
        const auto kind = std::find_if(kinds_left_.rbegin(), kinds_left_.rend(),
                                       [&](std::size_t each) { return fits(each, round); });
        if (kind == kinds_left_.rend()) break;  // the rest has its turn in the next round
        round.push_back({.kind = *kind,
                         .begins = milliseconds(std::uniform_int_distribution(0, begins_max_ms)(random_)),
                         .lasts = length(),
                         .seed = random_()});
        kinds_left_.erase(std::next(kind).base());
    }
    return round;
}

bool Schedule::fits(std::size_t kind, const std::vector<ScheduledFault>& round) const {
    return std::ranges::none_of(round, [&](const ScheduledFault& fault) {
        return demo::clash(targets_[kind], targets_[fault.kind]);
    });
}

/// Evenly distributed over orders of magnitude: effects may need 50 ms or 10 s.
milliseconds Schedule::length() {
    const double longest = std::max(lasts_min_ms, static_cast<double>(options_.lasts_max.count()));
    std::uniform_real_distribution logarithm(std::log(lasts_min_ms), std::log(longest));
    return milliseconds(std::llround(std::exp(logarithm(random_))));
}

}  // namespace chaos
