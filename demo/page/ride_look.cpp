#include "demo/page/ride_look.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "contrail/error.hpp"
#include "demo/fleet/members.hpp"
#include "verify/report_text.hpp"

namespace rocket_rides {

namespace {

using namespace std::chrono_literals;
using Json = nlohmann::ordered_json;
using Phase = HarmCase::Phase;

constexpr auto usual_pause = 1'000ms;
constexpr auto recovery_pause = 50ms;  // so exactly is a recovery timed

constexpr auto aftermath_pause = 250ms;

constexpr int share_of_time = 100;

/// What a server says need not be UTF-8.
std::string line(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

double seconds(HarmCase::Clock::duration duration) {
    return std::chrono::duration<double>(duration).count();
}

std::uint64_t unix_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

/// True if the log and every consumer of the fleet have got to this record, or beyond.
bool all_at(contrail::Offset offset, const Report& report) {
    const auto is_there = [&](std::string_view name) {
        const auto consumer = std::ranges::find(report.consumers, name, &Report::Consumer::name);
        return consumer != report.consumers.end() && consumer->last_id.offset >= offset;
    };
    return report.log.head.offset >= offset && std::ranges::all_of(consumer_names, is_there);
}

std::string_view name(Phase phase) {
    switch (phase) {
        case Phase::none:
        case Phase::asked:
            return "asked";
        case Phase::struck:
            return "struck";
        case Phase::over:
            return "over";
        case Phase::recovered:
            return "recovered";
        case Phase::failed:
            return "failed";
    }
    return "";
}

/// Right after a recovery much is new, too.
std::chrono::milliseconds pause(const HarmCase::State& state) {
    if (state.under_way()) return recovery_pause;
    const bool recovered = state.phase == Phase::recovered;
    return recovered && HarmCase::Clock::now() < state.recovered_at + 1s ? aftermath_pause : usual_pause;
}

Json totals(const Report& report) {
    Json consumers = Json::array();
    for (const auto& consumer : report.consumers)
        consumers.push_back({{"name", consumer.name},
                             {"last_id", consumer.last_id.to_string()},
                             {"last_offset", consumer.last_id.offset.value},
                             {"total_distance", consumer.total_distance}});
    return consumers;
}

}  // namespace

RideLook::RideLook(const contrail::Settings& settings, HarmCase& harm, AllWorkedSince all_worked_since,
                   Tell tell)
    : harm_(harm),
      all_worked_since_(std::move(all_worked_since)),
      tell_(std::move(tell)),
      examiner_(settings) {}

contrail::dashboard::Sight RideLook::look() {
    contrail::dashboard::Sight sight;
    try {
        sight.events.push_back({"rides", rides()});
    } catch (const contrail::Error& error) {
        sight.events.push_back({"rides", line({{"at_ms", unix_ms()}, {"error", error.what()}})});
    }
    const HarmCase::State state = harm_.state();
    if (state.phase != Phase::none) sight.events.push_back({"harm", harm()});
    sight.again_in = pause(state);
    sight.unfinished = state.under_way();  // the recovery is timed, also if the page was closed meanwhile
    return sight;
}

std::string RideLook::rides() {
    const Report report = examiner_.examine_consumers();
    const Comparison comparison = compare(report);
    if (comparison.agree_at) agreed_at_ = comparison.agree_at;
    judge_recovery(report);
    add_up_if_due();
    const auto text = [](const std::optional<contrail::RecordId>& id) {
        return id ? Json(id->to_string()) : Json(nullptr);
    };
    return line({{"at_ms", unix_ms()},
                 {"staged_offset", report.staged.value},
                 {"consumers", totals(report)},
                 {"agree_at", text(comparison.agree_at)},
                 {"agreed_at", text(agreed_at_)},
                 {"differ_at", text(comparison.differ_at)},
                 {"verified", Json::parse(verified_)},
                 {"error", nullptr}});
}

void RideLook::add_up_if_due() {
    const auto begun = Clock::now();
    if (begun < adding_up_due_ || harm_.state().under_way()) return;
    verified_ = to_json(examiner_.examine());
    const auto ended = Clock::now();
    adding_up_due_ = ended + std::max<Clock::duration>(usual_pause / 2, share_of_time * (ended - begun));
}

void RideLook::judge_recovery(const Report& report) {
    const HarmCase::State state = harm_.state();
    if (state.phase != Phase::over) return;
    if (state.number != case_number_) {
        case_number_ = state.number;
        target_ = report.staged;
        agreed_again_ = false;
    }
    const Comparison comparison = compare(report);
    agreed_again_ = (agreed_again_ || comparison.agree_at) && !comparison.differ_at;
    // Not only their places count: while nothing is staged, one that is still cut off is level, too.
    if (!agreed_again_ || !all_at(*target_, report) || !all_worked_since_(state.over_at)) return;
    const double after = seconds(Clock::now() - state.struck_at);
    std::string then =
        fmt::format("{} after {:.1f} s: nothing lost, nothing counted twice.", state.then, after);
    harm_.recovered(then);
    tell_(std::move(then));
}

std::string RideLook::harm() const {
    const HarmCase::State state = harm_.state();
    const auto until = state.phase == Phase::recovered ? state.recovered_at : Clock::now();
    return line({{"number", state.number},
                 {"id", words(state.harm).id},
                 {"label", words(state.harm).label},
                 {"phase", name(state.phase)},
                 {"told", state.told},
                 {"then", state.phase == Phase::recovered ? Json(state.then) : Json(nullptr)},
                 {"struck_ms", state.struck_ms},
                 {"seconds", state.struck_ms == 0 ? Json(nullptr) : Json(seconds(until - state.struck_at))}});
}

}  // namespace rocket_rides
