#include "chaos/plan.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace rocket_rides::chaos {

namespace {

using std::chrono::milliseconds;

constexpr double lasts_min_ms = 50;
// Blows of one round begin within this, so that they meet.
constexpr int begins_max_ms = 1'000;

}  // namespace

Plan::Plan(std::uint64_t seed, std::vector<Victim> victims, Options options)
    : random_(seed),
      victims_(std::move(victims)),
      options_(options) {}

std::vector<Blow> Plan::next_round() {
    std::vector<Blow> round;
    const auto count = std::uniform_int_distribution<std::size_t>(1, options_.at_once_max)(random_);
    while (round.size() < count) {
        if (kinds_left_.empty()) {
            kinds_left_.resize(victims_.size());
            std::iota(kinds_left_.begin(), kinds_left_.end(), std::size_t{0});
            std::ranges::shuffle(kinds_left_, random_);
        }
        const auto kind = std::find_if(kinds_left_.rbegin(), kinds_left_.rend(),
                                       [&](std::size_t each) { return !clashes(each, round); });
        if (kind == kinds_left_.rend()) break;  // what is left comes in the next round
        round.push_back({.kind = *kind,
                         .begins = milliseconds(std::uniform_int_distribution(0, begins_max_ms)(random_)),
                         .lasts = length(),
                         .seed = random_()});
        kinds_left_.erase(std::next(kind).base());
    }
    return round;
}

bool Plan::clashes(std::size_t kind, const std::vector<Blow>& round) const {
    return std::ranges::any_of(round, [&](const Blow& blow) {
        const Victim victim = victims_[kind];
        const bool server = victim == Victim::postgres || victim == Victim::redis;
        // A way is in one condition at a time, too.
        return (server || victim == Victim::network) && victims_[blow.kind] == victim;
    });
}

/// Evenly distributed over orders of magnitude: what matters may take 50 ms or 10 s.
milliseconds Plan::length() {
    const double longest = std::max(lasts_min_ms, static_cast<double>(options_.lasts_max.count()));
    std::uniform_real_distribution logarithm(std::log(lasts_min_ms), std::log(longest));
    return milliseconds(std::llround(std::exp(logarithm(random_))));
}

}  // namespace rocket_rides::chaos
