#include "status/status_tracker.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace contrail::status {

namespace {

using namespace std::chrono_literals;

/// A program counts as working for this long after its last success. A light load has shorter pauses.
constexpr Clock::Duration works_for = 2s;

/// A consumer that was overtaken starts over, and mostly is overtaken again by the next record. The other instance
/// counts as gone when this one has not met it for this long.
constexpr Clock::Duration overtaken_over_after = 3s;

/// A database's error may quote a whole statement.
constexpr std::size_t error_columns_max = 1'000;

}  // namespace

StatusTracker::StatusTracker(ProgramState working, Clock& clock, std::function<void()> on_change)
    : working_(working),
      clock_(clock),
      on_change_(std::move(on_change)) {}

void StatusTracker::located(RecordId checkpoint) {
    change([&](Clock::Duration now) {
        located_at_ = now;
        checkpoint_ = checkpoint;
    });
}

void StatusTracker::worked() {
    change([&](Clock::Duration now) {
        worked_at_ = now;
        failing_ = standing_by_ = false;
    });
}

void StatusTracker::committed(RecordId first, RecordId last) {
    const std::uint64_t committed_ms = clock_.unix_ms();
    const auto took = [&](std::uint64_t sealed_ms) {
        return committed_ms - std::min(committed_ms, sealed_ms);
    };
    change([&](Clock::Duration now) {
        worked_at_ = now;
        failing_ = standing_by_ = false;
        latency_.add(now, last.offset.value - first.offset.value + 1, took(last.sealed_ms),
                     took(first.sealed_ms));
        checkpoint_ = last;
    });
}

void StatusTracker::reads_archive(bool reads_archive) {
    change([&](Clock::Duration) { reads_archive_ = reads_archive; });
}

void StatusTracker::waits() {
    change([&](Clock::Duration) { failing_ = false; });
}

void StatusTracker::stands_by() {
    change([&](Clock::Duration) {
        standing_by_ = true;
        failing_ = false;
        located_at_.reset();
    });
}

void StatusTracker::takes_over() {
    change([&](Clock::Duration) { standing_by_ = false; });
}

void StatusTracker::holds_back(bool holds_back) {
    change([&](Clock::Duration) { held_back_ = holds_back; });
}

void StatusTracker::failed(const std::string& error) {
    change([&](Clock::Duration) {
        failing_ = true;
        located_at_.reset();
        note(error);
    });
}

void StatusTracker::noted(const std::string& error) {
    change([&](Clock::Duration) { note(error); });
}

void StatusTracker::planned(const retention_event::Planned& retention) {
    change([&](Clock::Duration) { retention_ = retention; });
}

void StatusTracker::halted(const std::string& error) {
    change([&](Clock::Duration) {
        halted_ = true;
        note(error);
    });
}

std::optional<ProgramStatus> StatusTracker::status() const {
    const auto now = clock_.now();
    const std::lock_guard lock(mutex_);
    const auto at = state(now);
    return at ? std::optional(status_of(*at, now)) : std::nullopt;
}

std::optional<ProgramStatus> StatusTracker::final_status() const {
    const auto now = clock_.now();
    const std::lock_guard lock(mutex_);
    const auto at = state(now);
    if (!at || at == ProgramState::standing_by) return std::nullopt;
    return status_of(at == ProgramState::halted ? *at : ProgramState::stopped, now);
}

template <class Change>
void StatusTracker::change(Change change) {
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

std::optional<ProgramState> StatusTracker::state(Clock::Duration now) const {
    if (halted_) return ProgramState::halted;
    if (standing_by_ && !was_overtaken_long_ago(now)) return ProgramState::standing_by;
    // That it knows its place says nothing about the call that failed: the next attempt may take long, and fail too.
    if (failing_) return ProgramState::retrying;
    if (held_back_) return ProgramState::held_back;
    if (worked_at_ && now - *worked_at_ < works_for) return working_;
    if (located_at_ || worked_at_) return ProgramState::idle;
    return std::nullopt;
}

bool StatusTracker::was_overtaken_long_ago(Clock::Duration now) const {
    return located_at_ && now - *located_at_ >= overtaken_over_after;
}

void StatusTracker::note(const std::string& error) {
    error_ = base::shortened(error, error_columns_max);
    error_at_ms_ = clock_.unix_ms();
}

ProgramStatus StatusTracker::status_of(ProgramState state, Clock::Duration now) const {
    return {.state = state,
            .error = error_,
            .error_at_ms = error_at_ms_,
            .latency_p50_ms = latency_.percentile(now, 0.5),
            .latency_p99_ms = latency_.percentile(now, 0.99),
            .replayed = reads_archive_ ? std::optional(checkpoint_) : std::nullopt,
            .retention = retention_};
}

}  // namespace contrail::status
