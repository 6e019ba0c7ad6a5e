#include "chaos/convergence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "contrail/error.hpp"
#include "verify.hpp"

namespace chaos {

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

// Each check counts and adds up all rides. While the programs recover, they need the processors more: checks take a
// fifth of the time. A check of a server that does not answer may take long.
constexpr steady_clock::duration pause_min = 50ms;
constexpr steady_clock::duration pause_max = 500ms;
constexpr int pause_factor = 4;

std::vector<std::uint64_t> acknowledged(const History& history) {
    std::vector<std::uint64_t> numbers;
    for (const Change& change : history.changes())
        if (change.outcome == Outcome::acknowledged) numbers.push_back(change.number);
    return numbers;
}

std::optional<contrail::RecordId> checkpoint_of(const rocket_rides::Verdict& verdict, std::string_view name) {
    for (const auto& consumer : verdict.consumers)
        if (consumer.name == name) return consumer.last_id;
    for (const auto& warehouse : verdict.warehouses)
        if (warehouse.name == name) return warehouse.last_id;
    return std::nullopt;
}

}  // namespace

Convergence::Convergence(const contrail::Settings& direct, const History& history, const LogWatcher& watcher,
                         Options options)
    : direct_(direct),
      history_(history),
      watcher_(watcher),
      options_(std::move(options)),
      acknowledged_(acknowledged(history)) {}

bool Convergence::reached() {
    if (missing_.empty()) return true;
    if (steady_clock::now() < check_at_) return false;
    const SteadyTime begun = steady_clock::now();
    try {
        missing_ = check();
    } catch (const contrail::Error& error) {
        missing_ = error.what();
    }
    checked_ = steady_clock::now();
    check_at_ = checked_ + std::clamp(pause_factor * (checked_ - begun), pause_min, pause_max);
    return missing_.empty();
}

Convergence::Duration Convergence::took() const {
    const auto end = missing_.empty() ? checked_ : steady_clock::now();
    return std::chrono::duration_cast<Duration>(end - begun_);
}

std::string Convergence::check() {
    const rocket_rides::Verdict verdict = rocket_rides::RideAudit(direct_).verify();
    if (!staged_) staged_ = verdict.staged;
    if (std::string missing = check_consumers(verdict); !missing.empty()) return missing;
    if (!watcher_.has(acknowledged_)) return "the log lacks acknowledged changes";
    if (options_.under_load && !history_.acknowledged_since(begun_))
        return "no change that began since was acknowledged";
    if (!options_.under_load)
        if (std::string missing = options_.archive_lacks(*staged_); !missing.empty()) return missing;
    return options_.servers_lack();
}

std::string Convergence::check_consumers(const rocket_rides::Verdict& verdict) const {
    if (verdict.log.head.offset < *staged_)
        return fmt::format("the log's head is {}, but records up to offset {} were staged",
                           verdict.log.head.to_string(), staged_->value);
    for (const std::string& name : options_.consumers) {
        const auto checkpoint = checkpoint_of(verdict, name);
        if (!checkpoint) return name + " has no checkpoint";
        if (checkpoint->offset < *staged_)
            return fmt::format("{} is at {}, but records up to offset {} were staged", name,
                               checkpoint->to_string(), staged_->value);
    }
    if (!agree(verdict)) return "a consumer's total or the warehouse's rides disagree";
    return "";
}

}  // namespace chaos
