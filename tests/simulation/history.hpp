#pragma once

#include <cstdint>
#include <optional>

#include "coverage.hpp"
#include "mutants/mutant.hpp"
#include "trace.hpp"
#include "violation.hpp"

namespace contrail::simulation {

/// How one history went.
struct Outcome {
    std::uint64_t steps = 0;
    Coverage coverage;
    std::optional<Violation> violation;
};

/// Plays the history of a seed: the same one every time. Everything happens for a while, and rules are
/// checked after each step; then nothing fails any more, and within a bounded number of rounds every
/// committed record must have reached every consumer.
Outcome play(std::uint64_t seed, Mutant mutant = Mutant::none, Trace::Sink trace = {});

}  // namespace contrail::simulation
