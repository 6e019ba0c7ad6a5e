#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "demo/faults/fault.hpp"

namespace chaos {

/// One fault of a round.
struct ScheduledFault {
    std::size_t kind;                  ///< Its place among the kinds of the schedule.
    std::chrono::milliseconds begins;  ///< From the beginning of the round.
    std::chrono::milliseconds lasts;
    std::uint64_t seed;  ///< Decides its random choices.

    bool operator==(const ScheduledFault&) const = default;
};

/// Which faults happen when. The same seed, kinds and options give the same schedule, whatever happens
/// meanwhile. Every kind has its turn before one repeats.
class Schedule {
public:
    struct Options {
        /// Most faults in one round. They may overlap.
        std::size_t at_once_max = 3;
        /// Longest time that a fault lasts. Most last much less.
        std::chrono::milliseconds lasts_max{10'000};
    };

    /// `targets`: one for each kind; not empty.
    Schedule(std::uint64_t seed, std::vector<demo::Target> targets, Options options);

    /// The faults of the next round, at least one. No two of them clash (see demo::clash).
    std::vector<ScheduledFault> next_round();

private:
    [[nodiscard]] bool fits(std::size_t kind, const std::vector<ScheduledFault>& round) const;
    [[nodiscard]] std::chrono::milliseconds length();

    std::mt19937_64 random_;
    std::vector<demo::Target> targets_;
    Options options_;
    std::vector<std::size_t> kinds_left_;  ///< Shuffled; the next is the last.
};

}  // namespace chaos
