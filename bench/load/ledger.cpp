#include "bench/load/ledger.hpp"

#include <fmt/format.h>

namespace contrail::load {

using Action = RideRequest::Action;

namespace {

/// Failures that get a line each; the summary counts them all.
constexpr std::uint64_t complaints_max = 10;

/// While an API stops or starts, it serves some connections and not others: the wait seems to end and to
/// begin again many times.
constexpr std::chrono::seconds waiting_reported_every{5};

constexpr std::string_view name(Action action) {
    switch (action) {
        case Action::create:
            return "A ride";
        case Action::update:
            return "A change of a ride";
        case Action::remove:
            break;
    }
    return "A deletion of a ride";
}

std::string describe(const Answer& answer) {
    return answer.kind == Answer::Kind::response
               ? fmt::format("status={} body={}", answer.status, answer.text)
               : answer.text;
}

}  // namespace

Fate Ledger::enter(Action action, const Answer& answer) {
    if (show_answers_ && answer.kind == Answer::Kind::response) line_sink_("Response: " + describe(answer));
    const Fate result = fate(action, answer);
    switch (result) {
        case Fate::accepted:
            count_accepted(action);
            break;
        case Fate::refused:
            ++tally_.refused;
            complain(action, "was refused", answer);
            break;
        case Fate::in_doubt:
            ++tally_.in_doubt;
            complain(action, "is in doubt, and not sent again", answer);
            break;
        case Fate::not_taken:
            report_waiting(answer);
            return result;
    }
    waiting_ = false;
    return result;
}

void Ledger::count_accepted(Action action) {
    ++tally_.accepted;
    if (action == Action::update) ++tally_.changed;
    if (action == Action::remove) ++tally_.deleted;
}

void Ledger::complain(Action action, std::string_view what, const Answer& answer) {
    if (++complaints_ > complaints_max) return;
    line_sink_(fmt::format("{} {}: {}", name(action), what, describe(answer)));
    if (complaints_ == complaints_max)
        line_sink_("Further failures are counted, and not reported one by one.");
}

void Ledger::report_waiting(const Answer& answer) {
    const auto now = std::chrono::steady_clock::now();
    if (waiting_ || now < waiting_reported_at_ + waiting_reported_every) return;
    waiting_ = true;
    waiting_reported_at_ = now;
    line_sink_("Waiting for the API: " + describe(answer));
}

}  // namespace contrail::load
