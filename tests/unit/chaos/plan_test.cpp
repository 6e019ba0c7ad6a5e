#include "chaos/plan.hpp"

#include <gtest/gtest.h>

#include <map>

namespace rocket_rides::chaos {
namespace {

const std::vector<Victim> victims{Victim::programs, Victim::programs, Victim::network, Victim::network,
                                  Victim::postgres, Victim::postgres, Victim::redis,   Victim::redis};

std::vector<std::vector<Blow>> rounds(std::uint64_t seed, std::size_t count, Plan::Options options = {}) {
    Plan plan(seed, victims, options);
    std::vector<std::vector<Blow>> rounds;
    while (rounds.size() < count) rounds.push_back(plan.next_round());
    return rounds;
}

TEST(Plan, IsTheSameForTheSameSeed) {
    EXPECT_EQ(rounds(7, 100), rounds(7, 100));
    EXPECT_NE(rounds(7, 100), rounds(8, 100));
}

TEST(Plan, HasEveryKindBeforeOneComesAgain) {
    std::map<std::size_t, int> times;
    int struck = 0;
    for (const auto& round : rounds(1, 100)) {
        for (const Blow& blow : round) {
            ++times[blow.kind];
            ++struck;
        }
        for (const auto& [kind, count] : times)
            EXPECT_LE(count, 2 + struck / static_cast<int>(victims.size())) << "kind " << kind;
    }
    EXPECT_EQ(times.size(), victims.size());
}

TEST(Plan, NeverHasTwoDisastersForOneServerOrTwoForTheNetworkInARound) {
    for (const auto& round : rounds(2, 300, {.at_once_max = 8})) {
        std::map<Victim, int> befallen;
        for (const Blow& blow : round) ++befallen[victims[blow.kind]];
        EXPECT_LE(befallen[Victim::postgres], 1);
        EXPECT_LE(befallen[Victim::redis], 1);
        EXPECT_LE(befallen[Victim::network], 1);
    }
}

TEST(Plan, KeepsToItsLimits) {
    using namespace std::chrono_literals;
    std::size_t most = 0;
    for (const auto& round : rounds(3, 300, {.at_once_max = 2, .lasts_max = 1s})) {
        most = std::max(most, round.size());
        EXPECT_GE(round.size(), 1U);
        for (const Blow& blow : round) {
            EXPECT_LE(blow.lasts, 1s);
            EXPECT_GE(blow.lasts, 50ms);
        }
    }
    EXPECT_EQ(most, 2U);
}

TEST(AllDisasters, HaveNamesOfTheirOwn) {
    std::map<std::string, int> names;
    for (const Disaster& kind : all_disasters()) EXPECT_EQ(++names[kind.name], 1) << kind.name;
    EXPECT_GE(names.size(), 25U);
}

}  // namespace
}  // namespace rocket_rides::chaos
