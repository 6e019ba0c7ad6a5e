#include "bench/load/traffic.hpp"

#include <utility>

namespace contrail::load {

namespace {

constexpr std::size_t known_max = 10'000;

constexpr unsigned not_found = 404;

/// True if the ride is gone, or may be gone.
bool may_be_gone(const RideRequest& request, const Answer& answer, Fate fate) {
    if (request.action == RideRequest::Action::remove && fate != Fate::refused) return true;
    return answer.kind == Answer::Kind::response && answer.status == not_found;
}

}  // namespace

Traffic::Traffic(RideSource& source, const Mix& mix, std::uint64_t seed)
    : source_(source),
      mix_(mix),
      random_(seed) {}

std::optional<RideRequest> Traffic::next() {
    const auto distance = source_.next();
    if (!distance) return std::nullopt;
    const Action action = draw_action();
    return RideRequest{action, action == Action::create ? 0 : take_known_ride(), *distance};
}

void Traffic::settle(const RideRequest& request, const Answer& answer, Fate fate) {
    if (!mix_.changes_rides()) return;
    if (request.action == Action::create) {
        if (fate == Fate::accepted && answer.ride) remember(*answer.ride);
    } else if (!may_be_gone(request, answer, fate)) {
        remember(request.id);
    }
}

Traffic::Action Traffic::draw_action() {
    if (!mix_.changes_rides() || known_.empty()) return Action::create;
    constexpr Action actions[] = {Action::create, Action::update, Action::remove};
    return actions[std::discrete_distribution<int>({mix_.create, mix_.update, mix_.remove})(random_)];
}

std::int64_t Traffic::take_known_ride() {
    const auto place = std::uniform_int_distribution<std::size_t>(0, known_.size() - 1)(random_);
    std::swap(known_[place], known_.back());
    const std::int64_t id = known_.back();
    known_.pop_back();
    return id;
}

void Traffic::remember(std::int64_t id) {
    if (known_.size() == known_max) take_known_ride();
    known_.push_back(id);
}

}  // namespace contrail::load
