#include "demo/page/fault_injector.hpp"

#include <algorithm>

#include "contrail/error.hpp"
#include "demo/page/fault_buttons.hpp"

namespace demo {

namespace {

constexpr FaultInjector::Duration check_every{20};  // less than a viewer can notice

/// "killed it" → "Killed it."
std::string sentence(std::string clause) {
    if (clause.front() >= 'a' && clause.front() <= 'z') clause.front() -= 'a' - 'A';
    return clause.ends_with('.') ? clause : clause + '.';
}

}  // namespace

FaultInjector::FaultInjector(System& system, FaultTracker& tracker)
    : system_(system),
      tracker_(tracker),
      faults_(all_faults()) {}

std::vector<std::string_view> FaultInjector::allowed() const {
    std::vector<std::string_view> names;
    for (const FaultButton& button : fault_buttons) {
        const auto fault = std::ranges::find(faults_, button.fault, &Fault::name);
        if (fault != faults_.end() && !fault->obstacle(system_)) names.push_back(button.fault);
    }
    return names;
}

std::optional<std::string> FaultInjector::run_once() {
    end_if_due();
    const std::optional<std::string> requested = tracker_.take();
    if (!requested) return std::nullopt;
    std::string told;
    try {
        told = inject(*requested);
    } catch (const contrail::Error& error) {
        told = error.what();
        tracker_.failed(told);
    }
    end_if_due();
    return told;
}

std::string FaultInjector::inject(const std::string& name) {
    const auto fault = std::ranges::find(faults_, name, &Fault::name);
    const FaultButton* button = button_of(name);
    active_ = std::make_unique<ActiveFault>(*fault, system_, random_);
    end_due_ = Clock::now() + button->lasts;
    std::string what = sentence(active_->injection().what);
    tracker_.injected(what, active_->injection().repair);
    return what;
}

std::optional<FaultInjector::Duration> FaultInjector::pause() const {
    if (!active_) return std::nullopt;
    return check_every;
}

void FaultInjector::end_if_due() {
    if (!active_ || Clock::now() < end_due_) return;
    try {
        active_->end();
    } catch (const contrail::Error&) {
        return;  // its server does not answer yet; the next call tries again
    }
    if (!active_->repaired()) return;
    active_.reset();
    tracker_.ended();
}

}  // namespace demo
