#pragma once

#include <cstdint>

namespace contrail::simulation {

/// Numbers that depend on a seed and on nothing else, so that a history plays the same on every machine;
/// the standard's distributions may differ. SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): any seed is good.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31U);
    }

    /// 0 to `end` - 1; `end` is not 0.
    std::uint64_t below(std::uint64_t end) { return next() % end; }

    /// Both included.
    std::uint64_t between(std::uint64_t first, std::uint64_t last) { return first + below(last - first + 1); }

    /// True `per_mille` times in a thousand.
    bool chance(std::uint64_t per_mille) { return below(1'000) < per_mille; }

private:
    std::uint64_t state_;
};

}  // namespace contrail::simulation
