#include "dashboard/status_look.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "operations/status/status_json.hpp"

namespace contrail::dashboard {

namespace {

using namespace std::chrono_literals;
using Kind = Happening::Kind;

constexpr auto apart = 250ms;

bool works(ProgramState state) {
    return state == ProgramState::streaming || state == ProgramState::consuming ||
           state == ProgramState::idle;
}

void compare_servers(std::string_view server, const std::string& before, const std::string& now,
                     std::vector<Happening>& changes) {
    if (before.empty() == now.empty()) return;
    changes.push_back(now.empty() ? Happening{Kind::good, fmt::format("{} answers again.", server)}
                                  : Happening{Kind::bad, fmt::format("{} does not answer: {}", server, now)});
}

/// A program that goes from one kind of work to another is no news.
void compare_programs(std::string_view program, ProgramState before, ProgramState now,
                      const std::optional<ReportedError>& error, std::vector<Happening>& changes) {
    if (before == now || now == ProgramState::unknown || (works(before) && works(now))) return;
    if (works(now)) {
        if (before != ProgramState::unknown)
            changes.push_back({Kind::good, fmt::format("{} works again.", program)});
        return;
    }
    const bool told_why = error && now != ProgramState::stopped && now != ProgramState::standing_by;
    std::string state(name(now));
    std::ranges::replace(state, '_', ' ');
    changes.push_back({now == ProgramState::standing_by ? Kind::note : Kind::bad,
                       fmt::format("{} is {}{}", program, state, told_why ? ": " + error->message : ".")});
}

}  // namespace

std::vector<Happening> changes(const Status& before, const Status& now) {
    std::vector<Happening> changes;
    compare_servers("Redis", before.log.error, now.log.error, changes);
    compare_servers("Postgres", before.outbox.error, now.outbox.error, changes);
    if (before.log.head && now.log.head && *now.log.head < *before.log.head)
        changes.push_back({Kind::bad, fmt::format("The log lost its tail: its head was {}, and is {}.",
                                                  before.log.head->to_string(), now.log.head->to_string())});
    compare_programs("streamer", before.streamer.state, now.streamer.state, now.streamer.last_error, changes);
    for (const ConsumerStatus& consumer : now.consumers) {
        const auto known = std::ranges::find(before.consumers, consumer.name, &ConsumerStatus::name);
        if (known == before.consumers.end())
            changes.push_back({Kind::note, fmt::format("{} is new here.", consumer.name)});
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

bool StatusLook::all_worked_since(Clock::time_point then) const {
    const auto may_work = [](ProgramState state) { return works(state) || state == ProgramState::unknown; };
    return before_ && looked_at_ > then && before_->log.error.empty() && before_->outbox.error.empty() &&
           may_work(before_->streamer.state) &&
           std::ranges::all_of(before_->consumers, may_work, &ConsumerStatus::state);
}

Sight StatusLook::look() {
    if (before_ && Clock::now() < looked_at_ + apart) return {};
    looked_at_ = Clock::now();
    Status status = observer_.observe();
    Status settled_now = before_ ? settled(*before_, settled_, status) : status;
    if (before_)
        for (Happening& change : changes(settled_, settled_now)) tell_(std::move(change));
    settled_ = std::move(settled_now);
    std::string json = to_json(status);
    json.pop_back();  // its line's end
    Sight sight;
    sight.events.push_back({"status", std::move(json)});
    before_ = std::move(status);
    return sight;
}

}  // namespace contrail::dashboard
