#include "chaos/outbreak.hpp"

#include <utility>

#include "contrail/error.hpp"

namespace rocket_rides::chaos {

namespace {

using namespace std::chrono_literals;

std::string_view server_of(Victim victim) {
    if (victim == Victim::postgres) return "postgres";
    if (victim == Victim::redis) return "redis";
    return "";
}

}  // namespace

Outbreak::Outbreak(const Disaster& disaster, Arena& arena, std::uint64_t seed)
    : disaster_(disaster),
      arena_(arena) {
    arena.world().servers.hold(server_of(disaster.victim));
    try {
        Random random(seed);
        strike_ = disaster.strike(arena.world(), random);
    } catch (...) {
        let_go();
        throw;
    }
    if (strike_.over) let_go();
}

Outbreak::~Outbreak() {
    if (strike_.over) return;
    try {
        if (strike_.undo) strike_.undo();
    } catch (const contrail::Error&) {
        // All is about to end.
    }
    let_go();
}

void Outbreak::undo() {
    constexpr int attempts_max = 20;
    constexpr auto pause = 100ms;
    for (int attempt = 1; strike_.undo; ++attempt) {
        try {
            strike_.undo();
            strike_.undo = nullptr;
        } catch (const contrail::Error&) {
            if (attempt == attempts_max) throw;
            arena_.turn_until(std::chrono::steady_clock::now() + pause);
        }
    }
    let_go();
    strike_.over = true;
}

void Outbreak::let_go() {
    arena_.world().servers.let_go(server_of(disaster_.victim));
}

}  // namespace rocket_rides::chaos
