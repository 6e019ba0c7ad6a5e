#include "chaos/schedule.hpp"

#include <gtest/gtest.h>

#include <map>

namespace chaos {
namespace {

using demo::Target;

const std::vector<Target> targets{Target::programs, Target::programs, Target::network, Target::network,
                                  Target::postgres, Target::postgres, Target::log,     Target::log};

std::vector<std::vector<ScheduledFault>> rounds(std::uint64_t seed, std::size_t count,
                                                Schedule::Options options = {}) {
    Schedule schedule(seed, targets, options);
    std::vector<std::vector<ScheduledFault>> rounds;
    while (rounds.size() < count) rounds.push_back(schedule.next_round());
    return rounds;
}

TEST(ScheduleTest, IsTheSameForTheSameSeed) {
    EXPECT_EQ(rounds(7, 100), rounds(7, 100));
    EXPECT_NE(rounds(7, 100), rounds(8, 100));
}

TEST(ScheduleTest, HasEveryKindBeforeOneRepeats) {
    std::map<std::size_t, int> times;
    int scheduled = 0;
    for (const auto& round : rounds(1, 100)) {
        for (const ScheduledFault& fault : round) {
            ++times[fault.kind];
            ++scheduled;
        }
        for (const auto& [kind, count] : times)
            EXPECT_LE(count, 2 + scheduled / static_cast<int>(targets.size())) << "kind " << kind;
    }
    EXPECT_EQ(times.size(), targets.size());
}

TEST(ScheduleTest, NeverHasTwoFaultsOfOneServerOrTwoOfTheNetworkInARound) {
    for (const auto& round : rounds(2, 300, {.at_once_max = 8})) {
        std::map<Target, int> faults;
        for (const ScheduledFault& fault : round) ++faults[targets[fault.kind]];
        EXPECT_LE(faults[Target::postgres], 1);
        EXPECT_LE(faults[Target::log], 1);
        EXPECT_LE(faults[Target::network], 1);
    }
}

TEST(ScheduleTest, KeepsToItsLimits) {
    using namespace std::chrono_literals;
    std::size_t most = 0;
    for (const auto& round : rounds(3, 300, {.at_once_max = 2, .lasts_max = 1s})) {
        most = std::max(most, round.size());
        EXPECT_GE(round.size(), 1U);
        for (const ScheduledFault& fault : round) {
            EXPECT_LE(fault.lasts, 1s);
            EXPECT_GE(fault.lasts, 50ms);
        }
    }
    EXPECT_EQ(most, 2U);
}

}  // namespace
}  // namespace chaos
