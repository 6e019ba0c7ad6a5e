#include "chaos/chaos.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "contrail/error.hpp"

namespace chaos {

namespace {

using namespace std::chrono_literals;
using demo::ActiveFault;
using demo::Fault;
using std::chrono::steady_clock;

double seconds_since(SteadyTime time) {
    return std::chrono::duration<double>(steady_clock::now() - time).count();
}

contrail::Error failure(const std::string& why) {
    return {contrail::Retry::never, why};
}

std::vector<demo::Target> targets(const std::vector<Fault>& faults) {
    std::vector<demo::Target> targets;
    targets.reserve(faults.size());
    for (const Fault& fault : faults) targets.push_back(fault.target);
    return targets;
}

void require_no_interruption(const Testbed& testbed) {
    if (const std::string why = testbed.interruption(); !why.empty()) throw failure(why);
}

/// A moment of a round: a fault begins or ends.
struct Moment {
    std::chrono::milliseconds at;
    std::size_t fault;
    bool begins;
};

std::vector<Moment> moments(const std::vector<ScheduledFault>& round) {
    std::vector<Moment> all;
    for (std::size_t fault = 0; fault < round.size(); ++fault) {
        all.push_back({round[fault].begins, fault, true});
        all.push_back({round[fault].begins + round[fault].lasts, fault, false});
    }
    std::ranges::stable_sort(all, {}, &Moment::at);
    return all;
}

}  // namespace

Chaos::Chaos(ChaosOptions options, contrail::base::LineSink log)
    : options_(std::move(options)),
      log_(std::move(log)) {}

ChaosResult Chaos::run() {
    begun_ = steady_clock::now();
    result_.seed = options_.seed;
    Testbed testbed({.data_dir = options_.data_dir,
                     .seed = options_.seed,
                     .rides_per_second = options_.rides_per_second,
                     .clients = options_.clients,
                     .writers = options_.writers,
                     .log = options_.log},
                    [this](std::string_view line) { tell(line); });
    choose_faults(testbed);
    try {
        wait_for_convergence(testbed);
        tell("all programs run, and rides arrive");
        begun_ = steady_clock::now();
        Schedule schedule(options_.seed, targets(faults_), options_.schedule);
        while (time_left()) run_round(testbed, schedule.next_round());
        tell("ending the load");
        testbed.stop_load();
        wait_for_convergence(testbed);
    } catch (const contrail::Error& error) {
        result_.failure = error.what();
        tell(result_.failure);
    }
    judge_result(testbed);
    result_.took = std::chrono::duration_cast<ChaosResult::Duration>(steady_clock::now() - begun_);
    return result_;
}

void Chaos::choose_faults(const Testbed& testbed) {
    const auto chosen = [&](const Fault& fault) {
        return options_.only.empty() || std::ranges::find(options_.only, fault.name) != options_.only.end();
    };
    for (Fault& fault : testbed.faults()) {
        if (!chosen(fault)) continue;
        if (const auto why = fault.obstacle(testbed.system()))
            result_.left_out.push_back({fault.name, *why});
        else
            faults_.push_back(std::move(fault));
    }
    if (!faults_.empty()) return;
    const std::string why = result_.left_out.empty() ? "a log on " + options_.log + " has none of them"
                                                     : result_.left_out.front().why;
    throw failure("Cannot inject any of the chosen faults: " + why + '.');
}

bool Chaos::time_left() const {
    if (!options_.times) return steady_clock::now() < begun_ + options_.duration;
    return std::ranges::any_of(faults_, [&](const Fault& fault) {
        const auto injected = result_.converged_after.find(fault.name);
        return injected == result_.converged_after.end() || injected->second.size() < *options_.times;
    });
}

void Chaos::run_round(Testbed& testbed, const std::vector<ScheduledFault>& round) {
    ++result_.rounds;
    std::vector<std::unique_ptr<ActiveFault>> active(round.size());
    const SteadyTime begun = steady_clock::now();
    for (const Moment& moment : moments(round)) {
        std::unique_ptr<ActiveFault>& fault = active[moment.fault];
        if (!moment.begins && (!fault || !fault->active())) continue;
        testbed.run_until(begun + moment.at);
        require_no_interruption(testbed);
        const ScheduledFault& scheduled = round[moment.fault];
        if (moment.begins)
            fault = inject(faults_[scheduled.kind], testbed, scheduled.seed);
        else
            end(*fault, testbed);
    }
    const auto took = wait_for_convergence(testbed);
    tell(fmt::format("converged after {:.2f} s", std::chrono::duration<double>(took).count()));
    for (std::size_t i = 0; i < round.size(); ++i)
        if (active[i]) result_.converged_after[faults_[round[i].kind].name].push_back(took);
    testbed.sweep();
}

/// Null if the fault could not be injected: another fault was in its way, as a rule. Throws Error if it failed every
/// time for so long that something else is wrong; a run until each fault was injected would never end.
std::unique_ptr<ActiveFault> Chaos::inject(const Fault& fault, Testbed& testbed, std::uint64_t seed) {
    constexpr int failures_max = 10;
    int& failures = failures_in_a_row_[fault.name];
    try {
        demo::Random random(seed);
        auto active = std::make_unique<ActiveFault>(fault, testbed.system(), random);
        tell(fault.name + ": " + active->injection().what);
        failures = 0;
        return active;
    } catch (const contrail::Error& error) {
        tell(fault.name + " could not be injected: " + error.what());
        if (++failures < failures_max) return nullptr;
        throw failure(fmt::format("Could not inject {} {} times in a row. The last time: {}", fault.name,
                                  failures, error.what()));
    }
}

/// Tries again for a while, because a server may not answer yet. Throws Error if the fault does not end.
void Chaos::end(ActiveFault& active, Testbed& testbed) const {
    constexpr int attempts_max = 200;
    constexpr auto pause = 100ms;
    for (int attempt = 1; active.active(); ++attempt) {
        try {
            active.end();
        } catch (const contrail::Error&) {
            if (attempt == attempts_max) throw;
            testbed.run_until(steady_clock::now() + pause);
        }
    }
    tell(active.fault().name + " has ended");
}

Convergence::Duration Chaos::wait_for_convergence(Testbed& testbed) const {
    constexpr auto check_every = 10ms;
    constexpr Convergence::Duration tell_every = 10s;
    Convergence convergence = testbed.converge();
    Convergence::Duration tell_at = tell_every;
    while (!convergence.reached()) {
        testbed.run_until(steady_clock::now() + check_every);
        require_no_interruption(testbed);
        if (convergence.took() > tell_at) {
            tell("not converged yet: " + convergence.missing());
            tell_at += tell_every;
        }
        if (convergence.took() > options_.patience)
            throw failure(fmt::format("No convergence within {:.0f} s: {}.",
                                      std::chrono::duration<double>(convergence.took()).count(),
                                      convergence.missing()));
    }
    return convergence.took();
}

/// Also without convergence: the verdict may then tell why.
void Chaos::judge_result(Testbed& testbed) {
    try {
        testbed.stop_load();
        result_.verdict = judge(testbed.collect());
    } catch (const contrail::Error& error) {
        if (result_.failure.empty()) result_.failure = error.what();
    }
}

void Chaos::tell(std::string_view line) const {
    log_(fmt::format("{:7.2f} s  {}", seconds_since(begun_), line));
}

}  // namespace chaos
