#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "history.hpp"
#include "liveness.hpp"
#include "world.hpp"

namespace contrail::simulation {

/// Every known fault is caught within so many histories, by one of the rules that it breaks.
struct Caught {
    Mutant mutant;
    std::uint64_t seeds_max;
    std::vector<Rule> rules;
};

void PrintTo(const Caught& caught, std::ostream* out) {
    *out << mutants[static_cast<std::size_t>(caught.mutant) - 1].name;
}

class KnownFault : public ::testing::TestWithParam<Caught> {};

TEST_P(KnownFault, IsCaught) {
    for (std::uint64_t seed = 1; seed <= GetParam().seeds_max; ++seed) {
        const auto violation = play(seed, GetParam().mutant).violation;
        if (!violation) continue;
        EXPECT_NE(std::count(GetParam().rules.begin(), GetParam().rules.end(), violation->rule), 0)
            << name_of(violation->rule) << ": " << violation->what;
        RecordProperty("seeds", std::to_string(seed));
        return;
    }
    FAIL() << "not caught within " << GetParam().seeds_max << " histories";
}

// A streamer or consumer that stops with an error which calls for a person has met the contradiction that
// the fault made: it refuses to go on, and the record is lost for its consumers.
INSTANTIATE_TEST_SUITE_P(
    Simulation, KnownFault,
    ::testing::Values(Caught{Mutant::serial_dedupe, 100, {Rule::effects_once}},
                      Caught{Mutant::send_before_seal, 100, {Rule::one_id_for_life, Rule::goes_on}},
                      Caught{Mutant::lazy_seal, 2'000, {Rule::one_id_for_life, Rule::goes_on}},
                      Caught{Mutant::blind_append, 100, {Rule::order, Rule::nothing_needed_dropped}},
                      Caught{Mutant::split_checkpoint, 100, {Rule::effects_once}},
                      Caught{Mutant::blind_checkpoint, 10'000, {Rule::effects_once}},
                      Caught{Mutant::trim_by_count, 200, {Rule::nothing_needed_dropped}},
                      Caught{Mutant::delete_by_id,
                             100,
                             {Rule::nothing_lost, Rule::order, Rule::nothing_needed_dropped, Rule::goes_on}},
                      Caught{Mutant::redrawn_ids,
                             100,
                             {Rule::nothing_lost, Rule::one_id_for_life, Rule::order, Rule::goes_on}},
                      Caught{Mutant::foreign_clock, 2'000, {Rule::nothing_needed_dropped}},
                      Caught{Mutant::late_registration, 200, {Rule::nothing_needed_dropped}},
                      Caught{Mutant::no_identity_check,
                             2'000,
                             {Rule::nothing_invented, Rule::one_id_for_life, Rule::goes_on,
                              Rule::nothing_needed_dropped}},
                      Caught{Mutant::two_owners, 500, {Rule::nothing_needed_dropped}},
                      Caught{Mutant::believed_empty_head, 500, {Rule::effects_once}},
                      Caught{Mutant::bare_append, 100, {Rule::nothing_invented}},
                      Caught{Mutant::split_loses_place, 500, {Rule::effects_once}},
                      Caught{Mutant::merge_forgets_ahead, 500, {Rule::effects_once}},
                      Caught{Mutant::blind_to_ahead, 5'000, {Rule::effects_once}},
                      Caught{Mutant::split_changes_hash, 500, {Rule::effects_once}},
                      Caught{Mutant::claim_decides, 500, {Rule::effects_once}},
                      Caught{Mutant::hidden_records, 5'000, {Rule::one_id_for_life, Rule::order}},
                      Caught{Mutant::hasty_archive, 2'000, {Rule::goes_on, Rule::nothing_needed_dropped}}),
    [](const auto& test) {
        std::string name(mutants[static_cast<std::size_t>(test.param.mutant) - 1].name);
        std::replace(name.begin(), name.end(), '-', '_');
        return name;
    });

TEST(Histories, PlayTheSameEveryTimeTracedOrNot) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        std::vector<std::string> once, twice;
        const Outcome watched = play(seed, Mutant::none, [&](const auto& line) { once.push_back(line); });
        const Outcome again = play(seed, Mutant::none, [&](const auto& line) { twice.push_back(line); });
        const Outcome unwatched = play(seed);
        ASSERT_EQ(once, twice) << "seed " << seed;
        ASSERT_EQ(watched.coverage.counts, again.coverage.counts);
        ASSERT_EQ(watched.coverage.counts, unwatched.coverage.counts) << "seed " << seed;
        ASSERT_EQ(watched.steps, unwatched.steps);
    }
}

// Nothing has committed yet when faults end. A bound on all remaining rounds that counts the records
// committed by then leaves no time for those that are on their way; one history in 5,000 needs more.
TEST(Histories, ApplyWhatWasOnItsWayWhenFaultsEnded) {
    const FaultsEnd end = [](const World& world) {
        return world.oracle.committed_records() == 0 && world.coverage.of(Happened::record_staged) >= 8;
    };
    for (std::uint64_t seed = 1; seed <= 10'000; ++seed) {
        const auto violation = play(seed, Mutant::none, {}, end).violation;
        EXPECT_FALSE(violation) << "seed " << seed << ": " << violation->what;
    }
}

TEST(Histories, AreReportedIfWorkStandsStill) {
    World world(1, Mutant::none, {});
    StandstillDetector detector(world);
    for (std::uint64_t round = 0; round < detector.rounds_max(); ++round)
        EXPECT_FALSE(detector.stands_still());
    EXPECT_TRUE(detector.stands_still());
}

// A fault that never happens proves nothing.
TEST(Histories, MakeEverythingHappen) {
    Coverage coverage;
    for (std::uint64_t seed = 1; seed <= 4'000; ++seed) coverage += play(seed).coverage;
    for (std::size_t kind = 0; kind < kinds; ++kind)
        EXPECT_GT(coverage.counts[kind], 0U) << happened_names[kind];
}

}  // namespace contrail::simulation
