#include "demo/page/rides_poll.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "contrail/error.hpp"
#include "demo/page/agreement.hpp"
#include "demo/page/fault_buttons.hpp"
#include "demo/supervisor/programs.hpp"
#include "verify.hpp"

namespace demo {

namespace {

using namespace std::chrono_literals;
using rocket_rides::Verdict;
using Json = nlohmann::ordered_json;
using Phase = FaultTracker::Phase;

constexpr auto usual_pause = 1'000ms;
constexpr auto recovery_pause = 50ms;         // a recovery is timed with this precision
constexpr auto after_recovery_pause = 250ms;  // right after a recovery much is new
constexpr int share_of_time = 100;

/// Texts of servers need not be UTF-8.
std::string line(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

double seconds(FaultTracker::Clock::duration duration) {
    return std::chrono::duration<double>(duration).count();
}

std::uint64_t unix_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

/// True if the log's head and every consumer are at this record or beyond it.
bool all_at(contrail::Offset offset, const Verdict& verdict) {
    const auto is_there = [&](std::string_view name) {
        const auto consumer = std::ranges::find(verdict.consumers, name, &Verdict::Consumer::name);
        return consumer != verdict.consumers.end() && consumer->last_id.offset >= offset;
    };
    return verdict.log.head.offset >= offset && std::ranges::all_of(consumer_names, is_there);
}

std::string_view phase_name(Phase phase) {
    switch (phase) {
        case Phase::none:
        case Phase::requested:
            return "requested";
        case Phase::active:
            return "active";
        case Phase::ended:
            return "ended";
        case Phase::recovered:
            return "recovered";
        case Phase::failed:
            return "failed";
    }
    return "";
}

std::chrono::milliseconds pause(const FaultTracker::State& state) {
    if (state.under_way()) return recovery_pause;
    const bool recovered = state.phase == Phase::recovered;
    return recovered && FaultTracker::Clock::now() < state.recovered_at + 1s ? after_recovery_pause
                                                                             : usual_pause;
}

Json totals(const Verdict& verdict) {
    Json consumers = Json::array();
    for (const auto& consumer : verdict.consumers)
        consumers.push_back({{"name", consumer.name},
                             {"last_id", consumer.last_id.to_string()},
                             {"last_offset", consumer.last_id.offset.value},
                             {"total_distance", consumer.total_distance}});
    return consumers;
}

}  // namespace

RidesPoll::RidesPoll(const contrail::Settings& settings, FaultTracker& faults,
                     AllWorkedSince all_worked_since, contrail::base::LineSink on_recovery)
    : faults_(faults),
      all_worked_since_(std::move(all_worked_since)),
      on_recovery_(std::move(on_recovery)),
      audit_(settings) {}

contrail::dashboard::Snapshot RidesPoll::poll() {
    contrail::dashboard::Snapshot snapshot;
    try {
        snapshot.messages.push_back({"rides", rides()});
    } catch (const contrail::Error& error) {
        snapshot.messages.push_back({"rides", line({{"at_ms", unix_ms()}, {"error", error.what()}})});
    }
    const FaultTracker::State state = faults_.state();
    if (state.phase != Phase::none) snapshot.messages.push_back({"fault", fault()});
    snapshot.next_in = pause(state);
    snapshot.unfinished = state.under_way();  // a closed page must not stop the clock
    return snapshot;
}

std::string RidesPoll::rides() {
    const Verdict verdict = audit_.verify_consumers();
    const Agreement agreement = agreement_of(verdict);
    if (agreement.agree_at) agreed_at_ = agreement.agree_at;
    check_recovery(verdict);
    add_up_if_due();
    const auto text = [](const std::optional<contrail::RecordId>& id) {
        return id ? Json(id->to_string()) : Json(nullptr);
    };
    return line({{"at_ms", unix_ms()},
                 {"staged_offset", verdict.staged.value},
                 {"consumers", totals(verdict)},
                 {"agree_at", text(agreement.agree_at)},
                 {"agreed_at", text(agreed_at_)},
                 {"differ_at", text(agreement.differ_at)},
                 {"verified", Json::parse(verified_)},
                 {"error", nullptr}});
}

void RidesPoll::add_up_if_due() {
    const auto begun = Clock::now();
    if (begun < add_up_due_ || faults_.state().under_way()) return;
    verified_ = to_json(audit_.verify());
    const auto ended = Clock::now();
    add_up_due_ = ended + std::max<Clock::duration>(usual_pause / 2, share_of_time * (ended - begun));
}

void RidesPoll::check_recovery(const Verdict& verdict) {
    const FaultTracker::State state = faults_.state();
    if (state.phase != Phase::ended) return;
    if (state.number != fault_number_) {
        fault_number_ = state.number;
        target_ = verdict.staged;
        agreed_since_ = false;
    }
    const Agreement agreement = agreement_of(verdict);
    agreed_since_ = (agreed_since_ || agreement.agree_at) && !agreement.differ_at;
    // The offsets alone are not enough: while no service stages a record, a consumer without a connection has
    // caught up, too.
    if (!agreed_since_ || !all_at(*target_, verdict) || !all_worked_since_(state.ended_at)) return;
    const double after = seconds(Clock::now() - state.injected_at);
    const std::string repair = state.repair.empty() ? "" : state.repair + " and ";
    const std::string recovery = fmt::format(
        "After {:.1f} s {}every consumer has caught up: nothing lost, nothing counted twice.", after, repair);
    faults_.recovered(recovery);
    on_recovery_(recovery);
}

std::string RidesPoll::fault() const {
    const FaultTracker::State state = faults_.state();
    const FaultButton* button = button_of(state.fault);
    const auto until = state.phase == Phase::recovered ? state.recovered_at : Clock::now();
    return line(
        {{"number", state.number},
         {"name", state.fault},
         {"label", button != nullptr ? button->label : std::string_view(state.fault)},
         {"phase", phase_name(state.phase)},
         {"what", state.what},
         {"recovery", state.phase == Phase::recovered ? Json(state.recovery) : Json(nullptr)},
         {"injected_ms", state.injected_ms},
         {"seconds", state.injected_ms == 0 ? Json(nullptr) : Json(seconds(until - state.injected_at))}});
}

}  // namespace demo
