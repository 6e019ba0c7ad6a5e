#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "coverage.hpp"
#include "mutants/mutant.hpp"
#include "trace.hpp"
#include "violation.hpp"

namespace contrail::simulation {

struct World;

/// How one history went.
struct Outcome {
    std::uint64_t steps = 0;
    Coverage coverage;
    std::optional<Violation> violation;
};

/// True as soon as faults are to end, asked before each step with faults.
using FaultsEnd = std::function<bool(const World&)>;

/// Plays the history of a seed: the same one every time. For a while everything fails that can fail, and the
/// oracle checks the rules after each step. Then nothing fails any more, and work must go on until every
/// committed record has reached every consumer: it may stand still for a bounded number of rounds only
/// (liveness.hpp).
///
/// Faults end after the steps of the seed's plan, or when `end` says so.
Outcome play(std::uint64_t seed, Mutant mutant = Mutant::none, Trace::Sink trace = {},
             const FaultsEnd& end = {});

}  // namespace contrail::simulation
