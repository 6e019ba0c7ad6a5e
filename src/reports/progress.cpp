#include "reports/progress.hpp"

#include <algorithm>
#include <utility>

#include "core/text.hpp"

namespace contrail {

namespace {

using namespace std::chrono_literals;

/// So long after the last success it counts as working. Longer than the pauses of a load that trickles.
constexpr Clock::Duration works_for = 2s;

/// One that failed, or was overtaken, begins anew and then meets the same again, mostly at once. Only if it
/// does not for so long, is that over.
constexpr Clock::Duration failure_over_after = 1s;
constexpr Clock::Duration overtaken_over_after = 3s;

/// What a database says of a statement may quote all of it.
constexpr std::size_t error_columns_max = 1'000;

}  // namespace

Progress::Progress(ProgramState working, Clock& clock, std::function<void()> on_change)
    : working_(working),
      clock_(clock),
      on_change_(std::move(on_change)) {}

void Progress::located() {
    change([&](Clock::Duration now) { located_at_ = now; });
}

void Progress::worked() {
    change([&](Clock::Duration now) {
        worked_at_ = now;
        failing_ = standing_by_ = false;
    });
}

void Progress::committed(std::uint64_t records, std::uint64_t first_sealed_ms, std::uint64_t last_sealed_ms) {
    const std::uint64_t committed_ms = clock_.unix_ms();
    const auto took = [&](std::uint64_t sealed_ms) {
        return committed_ms - std::min(committed_ms, sealed_ms);
    };
    change([&](Clock::Duration now) {
        worked_at_ = now;
        failing_ = standing_by_ = false;
        latency_.add(now, records, took(last_sealed_ms), took(first_sealed_ms));
    });
}

void Progress::stands_by() {
    change([&](Clock::Duration) {
        standing_by_ = true;
        failing_ = false;
        located_at_.reset();
    });
}

void Progress::takes_over() {
    change([&](Clock::Duration) { standing_by_ = false; });
}

void Progress::holds_back(bool holds_back) {
    change([&](Clock::Duration) { held_back_ = holds_back; });
}

void Progress::failed(const std::string& error) {
    change([&](Clock::Duration) {
        failing_ = true;
        located_at_.reset();
        note(error);
    });
}

void Progress::noted(const std::string& error) {
    change([&](Clock::Duration) { note(error); });
}

void Progress::halted(const std::string& error) {
    change([&](Clock::Duration) {
        halted_ = true;
        note(error);
    });
}

std::optional<Report> Progress::report() const {
    const auto now = clock_.now();
    const std::lock_guard lock(mutex_);
    const auto at = state(now);
    return at ? std::optional(report_of(*at, now)) : std::nullopt;
}

std::optional<Report> Progress::last_report() const {
    const auto now = clock_.now();
    const std::lock_guard lock(mutex_);
    const auto at = state(now);
    if (!at || at == ProgramState::standing_by) return std::nullopt;
    return report_of(at == ProgramState::halted ? *at : ProgramState::stopped, now);
}

template <class Change>
void Progress::change(Change change) {
    const auto now = clock_.now();
    bool changed = false;
    {
        const std::lock_guard lock(mutex_);
        const auto before = state(now);
        change(now);
        changed = state(now) != before;
    }
    if (changed) on_change_();
}

std::optional<ProgramState> Progress::state(Clock::Duration now) const {
    if (halted_) return ProgramState::halted;
    if (standing_by_ && !proven(now, overtaken_over_after)) return ProgramState::standing_by;
    if (failing_ && !proven(now, failure_over_after)) return ProgramState::retrying;
    if (held_back_) return ProgramState::held_back;
    if (worked_at_ && now - *worked_at_ < works_for) return working_;
    if (located_at_ || worked_at_) return ProgramState::idle;
    return std::nullopt;
}

bool Progress::proven(Clock::Duration now, Clock::Duration after) const {
    return located_at_ && now - *located_at_ >= after;
}

void Progress::note(const std::string& error) {
    error_ = shortened(error, error_columns_max);
    error_at_ms_ = clock_.unix_ms();
}

Report Progress::report_of(ProgramState state, Clock::Duration now) const {
    return {.state = state,
            .error = error_,
            .error_at_ms = error_at_ms_,
            .latency_p50_ms = latency_.percentile(now, 0.5),
            .latency_p99_ms = latency_.percentile(now, 0.99)};
}

}  // namespace contrail
