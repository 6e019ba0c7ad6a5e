#include "simulator/ledger.hpp"

#include <fmt/format.h>

namespace rocket_rides {

namespace {

/// Complaints that are made one by one; the summary counts them all.
constexpr std::uint64_t complaints_max = 10;

/// While an API stops or starts, some connections are served and others are not, and the wait seems to end
/// and begin again many times.
constexpr std::chrono::seconds waiting_said_every{5};

std::string describe(const Answer& answer) {
    return answer.kind == Answer::Kind::response
               ? fmt::format("status={} body={}", answer.status, answer.text)
               : answer.text;
}

}  // namespace

bool Ledger::enter(const Answer& answer) {
    if (show_answers_ && answer.kind == Answer::Kind::response) say_("Response: " + describe(answer));
    switch (fate(answer)) {
        case Fate::accepted:
            ++tally_.accepted;
            break;
        case Fate::refused:
            ++tally_.refused;
            complain("A ride was refused", answer);
            break;
        case Fate::in_doubt:
            ++tally_.in_doubt;
            complain("A ride is in doubt, and not posted again", answer);
            break;
        case Fate::not_taken:
            tell_waiting(answer);
            return false;
    }
    waiting_ = false;
    return true;
}

void Ledger::complain(std::string_view what, const Answer& answer) {
    if (++complaints_ > complaints_max) return;
    say_(fmt::format("{}: {}", what, describe(answer)));
    if (complaints_ == complaints_max) say_("More such rides are counted, and no longer told one by one.");
}

void Ledger::tell_waiting(const Answer& answer) {
    const auto now = std::chrono::steady_clock::now();
    if (waiting_ || now < waiting_said_at_ + waiting_said_every) return;
    waiting_ = true;
    waiting_said_at_ = now;
    say_("Waiting for the API: " + describe(answer));
}

}  // namespace rocket_rides
