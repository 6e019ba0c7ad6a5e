#include "dashboard/status_poll.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "operations/state_text.hpp"
#include "operations/status/status_json.hpp"

namespace contrail::dashboard {

namespace {

using namespace std::chrono_literals;
using Kind = Event::Kind;

constexpr auto polls_apart = 250ms;
constexpr auto pause_at_rest = 2'000ms;

bool works(ProgramState state) {
    return state == ProgramState::streaming || state == ProgramState::consuming ||
           state == ProgramState::idle;
}

void compare_servers(std::string_view server, const std::string& before, const std::string& now,
                     std::vector<Event>& changes) {
    if (before.empty() == now.empty()) return;
    changes.push_back(now.empty() ? Event{Kind::good, fmt::format("{} can be checked again.", server)}
                                  : Event{Kind::bad, fmt::format("{} cannot be checked: {}", server, now)});
}

/// Streaming, consuming and idle all count as working: a change between them is no event.
void compare_programs(std::string_view program, ProgramState before, ProgramState now,
                      const std::optional<operations::ReportedError>& error, std::vector<Event>& changes) {
    if (before == now || now == ProgramState::unknown || (works(before) && works(now))) return;
    if (works(now)) {
        if (before != ProgramState::unknown)
            changes.push_back({Kind::good, fmt::format("{} works again.", program)});
        return;
    }
    const bool has_reason = error && now != ProgramState::stopped && now != ProgramState::standing_by;
    changes.push_back({now == ProgramState::standing_by ? Kind::note : Kind::bad,
                       fmt::format("{} is {}{}", program, operations::state_text(now),
                                   has_reason ? ": " + error->message : ".")});
}

}  // namespace

std::vector<Event> changes(const Status& before, const Status& now) {
    std::vector<Event> changes;
    compare_servers("Redis", before.log.error, now.log.error, changes);
    compare_servers("Postgres", before.outbox.error, now.outbox.error, changes);
    if (before.log.head && now.log.head && *now.log.head < *before.log.head)
        changes.push_back({Kind::bad, fmt::format("The log lost its tail: its head went back from {} to {}.",
                                                  before.log.head->to_string(), now.log.head->to_string())});
    compare_programs("streamer", before.streamer.state, now.streamer.state, now.streamer.last_error, changes);
    for (const ConsumerStatus& consumer : now.consumers) {
        const auto known = std::ranges::find(before.consumers, consumer.name, &ConsumerStatus::name);
        if (known == before.consumers.end())
            changes.push_back({Kind::note, fmt::format("{} is a new consumer.", consumer.name)});
        else
            compare_programs(consumer.name, known->state, consumer.state, consumer.last_error, changes);
    }
    return changes;
}

Status settled(const Status& before, const Status& settled_before, Status now) {
    const auto settle = [](ProgramState was, ProgramState settled_was, ProgramState& is) {
        if (is == ProgramState::retrying && was != ProgramState::retrying) is = settled_was;
    };
    settle(before.streamer.state, settled_before.streamer.state, now.streamer.state);
    for (ConsumerStatus& consumer : now.consumers) {
        const auto named = [&](const std::vector<ConsumerStatus>& all) {
            return std::ranges::find(all, consumer.name, &ConsumerStatus::name);
        };
        const auto was = named(before.consumers);
        const auto settled_was = named(settled_before.consumers);
        if (was != before.consumers.end() && settled_was != settled_before.consumers.end())
            settle(was->state, settled_was->state, consumer.state);
    }
    return now;
}

bool rests(const Status& before, const Status& now) {
    const auto is_idle = [](const ConsumerStatus& consumer) { return consumer.state == ProgramState::idle; };
    return now.log.error.empty() && now.outbox.error.empty() && now.log.head == before.log.head &&
           now.outbox.staged_offset == before.outbox.staged_offset &&
           now.streamer.state == ProgramState::idle && std::ranges::all_of(now.consumers, is_idle);
}

bool StatusPoll::all_worked_since(Clock::time_point then) const {
    const auto may_work = [](ProgramState state) { return works(state) || state == ProgramState::unknown; };
    return before_ && polled_at_ > then && before_->log.error.empty() && before_->outbox.error.empty() &&
           may_work(before_->streamer.state) &&
           std::ranges::all_of(before_->consumers, may_work, &ConsumerStatus::state);
}

Snapshot StatusPoll::poll() {
    if (before_ && Clock::now() < polled_at_ + polls_apart) return {};
    polled_at_ = Clock::now();
    Status status = poller_.poll();
    Status settled_now = before_ ? settled(*before_, settled_, status) : status;
    if (before_)
        for (Event& change : changes(settled_, settled_now)) on_event_(std::move(change));
    settled_ = std::move(settled_now);
    std::string json = to_json(status);
    json.pop_back();  // the line end
    Snapshot snapshot;
    snapshot.messages.push_back({"status", std::move(json)});
    if (before_ && rests(*before_, status)) snapshot.next_in = pause_at_rest;
    before_ = std::move(status);
    return snapshot;
}

}  // namespace contrail::dashboard
