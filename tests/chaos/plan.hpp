#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "chaos/disaster.hpp"

namespace rocket_rides::chaos {

/// One disaster of a round.
struct Blow {
    std::size_t kind;                  ///< Its place among the kinds of the plan.
    std::chrono::milliseconds begins;  ///< From the beginning of the round.
    std::chrono::milliseconds lasts;
    std::uint64_t seed;  ///< Decides what is random in it.

    bool operator==(const Blow&) const = default;
};

/// What happens when. The same seed, kinds and options make the same plan, whatever happens meanwhile.
///
/// Every kind has its turn before one comes again.
class Plan {
public:
    struct Options {
        /// Most disasters in one round, which may overlap.
        std::size_t at_once_max = 3;
        /// Longest time that a disaster lasts. Most are a lot shorter.
        std::chrono::milliseconds lasts_max{10'000};
    };

    /// `victims`: of each kind; not empty.
    Plan(std::uint64_t seed, std::vector<Victim> victims, Options options);

    /// The blows of the next round, at least one. No two befall the same server.
    std::vector<Blow> next_round();

private:
    [[nodiscard]] bool clashes(std::size_t kind, const std::vector<Blow>& round) const;
    [[nodiscard]] std::chrono::milliseconds length();

    std::mt19937_64 random_;
    std::vector<Victim> victims_;
    Options options_;
    std::vector<std::size_t> kinds_left_;  ///< Shuffled; the next is the last.
};

}  // namespace rocket_rides::chaos
