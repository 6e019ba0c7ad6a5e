#pragma once

#include <cstdint>
#include <optional>

#include "coverage.hpp"
#include "mutants/mutant.hpp"

namespace contrail::simulation {

/// Many histories.
struct Campaign {
    std::uint64_t first_seed = 1;
    std::uint64_t seeds = 1;
    std::uint64_t jobs = 1;  ///< Processes that share the work.
    Mutant mutant = Mutant::none;
};

/// The result of a campaign.
struct Tally {
    std::uint64_t histories = 0;
    std::uint64_t steps = 0;
    Coverage coverage;
    std::optional<std::uint64_t> failed_seed;  ///< The history that broke a rule, or crashed its process.
};

/// Plays a campaign and prints its progress to standard error. Ends at the first failure. Throws
/// std::system_error.
Tally play(const Campaign& campaign);

}  // namespace contrail::simulation
