#include "chaos/chaos.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "contrail/error.hpp"

namespace rocket_rides::chaos {

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

double seconds_since(SteadyTime time) {
    return std::chrono::duration<double>(steady_clock::now() - time).count();
}

contrail::Error failure(const std::string& why) {
    return {contrail::Retry::never, why};
}

std::vector<Victim> victims(const std::vector<Disaster>& kinds) {
    std::vector<Victim> victims;
    victims.reserve(kinds.size());
    for (const Disaster& kind : kinds) victims.push_back(kind.victim);
    return victims;
}

void require_no_interruption(const Arena& arena) {
    if (const std::string why = arena.interruption(); !why.empty()) throw failure(why);
}

/// A moment of a round: a blow begins or ends.
struct Moment {
    std::chrono::milliseconds at;
    std::size_t blow;
    bool begins;
};

std::vector<Moment> moments(const std::vector<Blow>& round) {
    std::vector<Moment> all;
    for (std::size_t blow = 0; blow < round.size(); ++blow) {
        all.push_back({round[blow].begins, blow, true});
        all.push_back({round[blow].begins + round[blow].lasts, blow, false});
    }
    std::ranges::stable_sort(all, {}, &Moment::at);
    return all;
}

}  // namespace

Chaos::Chaos(ChaosOptions options, Say say) : options_(std::move(options)), say_(std::move(say)) {}

ChaosReport Chaos::run() {
    begun_ = steady_clock::now();
    report_.seed = options_.seed;
    Arena arena({.data_dir = options_.data_dir,
                 .seed = options_.seed,
                 .rides_per_second = options_.rides_per_second,
                 .clients = options_.clients,
                 .writers = options_.writers},
                [this](const std::string& what) { tell(what); });
    choose_kinds(arena.world());
    try {
        wait_until_well(arena);
        tell("all programs are up, and rides arrive");
        begun_ = steady_clock::now();
        Plan plan(options_.seed, victims(kinds_), options_.plan);
        while (time_left()) run_round(arena, plan.next_round());
        tell("ending the load");
        arena.stop_load();
        wait_until_well(arena);
    } catch (const contrail::Error& error) {
        report_.failure = error.what();
        tell(report_.failure);
    }
    judge_what_is_left(arena);
    report_.took = std::chrono::duration_cast<ChaosReport::Duration>(steady_clock::now() - begun_);
    return report_;
}

void Chaos::choose_kinds(const World& world) {
    const auto chosen = [&](const Disaster& kind) {
        return options_.only.empty() || std::ranges::find(options_.only, kind.name) != options_.only.end();
    };
    for (Disaster& kind : all_disasters()) {
        if (!chosen(kind)) continue;
        if (const auto why = kind.hindrance(world))
            report_.left_out.push_back({kind.name, *why});
        else
            kinds_.push_back(std::move(kind));
    }
    if (kinds_.empty())
        throw failure("There is no disaster to strike: " + report_.left_out.front().why + '.');
}

bool Chaos::time_left() const {
    if (!options_.times) return steady_clock::now() < begun_ + options_.duration;
    return std::ranges::any_of(kinds_, [&](const Disaster& kind) {
        const auto struck = report_.converged_after.find(kind.name);
        return struck == report_.converged_after.end() || struck->second.size() < *options_.times;
    });
}

void Chaos::run_round(Arena& arena, const std::vector<Blow>& round) {
    ++report_.rounds;
    std::vector<std::unique_ptr<Outbreak>> outbreaks(round.size());
    const SteadyTime begun = steady_clock::now();
    for (const Moment& moment : moments(round)) {
        std::unique_ptr<Outbreak>& outbreak = outbreaks[moment.blow];
        if (!moment.begins && (!outbreak || outbreak->over())) continue;
        arena.turn_until(begun + moment.at);
        require_no_interruption(arena);
        const Disaster& kind = kinds_[round[moment.blow].kind];
        if (moment.begins) {
            outbreak = strike(kind, arena, round[moment.blow].seed);
        } else {
            outbreak->undo();
            tell(kind.name + " is over");
        }
    }
    const auto took = wait_until_well(arena);
    tell(fmt::format("all is well after {:.2f} s", std::chrono::duration<double>(took).count()));
    for (std::size_t i = 0; i < round.size(); ++i)
        if (outbreaks[i]) report_.converged_after[kinds_[round[i].kind].name].push_back(took);
    arena.sweep();
}

/// Null if it could not strike.
std::unique_ptr<Outbreak> Chaos::strike(const Disaster& kind, Arena& arena, std::uint64_t seed) const {
    try {
        auto outbreak = std::make_unique<Outbreak>(kind, arena, seed);
        tell(kind.name + ": " + outbreak->told());
        return outbreak;
    } catch (const contrail::Error& error) {
        tell(kind.name + " could not strike: " + error.what());
        return nullptr;
    }
}

Convergence::Duration Chaos::wait_until_well(Arena& arena) const {
    Convergence convergence = arena.converge();
    while (!convergence.reached()) {
        constexpr auto look_again = 10ms;
        arena.turn_until(steady_clock::now() + look_again);
        require_no_interruption(arena);
        if (convergence.took() > options_.patience)
            throw failure(fmt::format("{:.0f} s later it is still not well: {}",
                                      std::chrono::duration<double>(convergence.took()).count(),
                                      convergence.missing()));
    }
    return convergence.took();
}

/// Also where it did not get well: what is wrong then may tell why.
void Chaos::judge_what_is_left(Arena& arena) {
    try {
        arena.stop_load();
        report_.judgement = judge(arena.collect());
    } catch (const contrail::Error& error) {
        if (report_.failure.empty()) report_.failure = error.what();
    }
}

void Chaos::tell(const std::string& what) const {
    say_(fmt::format("{:7.2f} s  {}", seconds_since(begun_), what));
}

}  // namespace rocket_rides::chaos
