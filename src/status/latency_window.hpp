#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "contrail/clock.hpp"

namespace contrail::status {

/// How long records took, over the last ten seconds, in about 10 kB however many there were.
///
/// Counts are kept by second and by duration: to the millisecond up to 8 ms, and from there in steps of an
/// eighth of a power of two, so that a percentile is right to an eighth.
class LatencyWindow {
public:
    /// Counts `records` that took between `shortest_ms` and `longest_ms`. `now` is the time of any clock that
    /// never falls. Only these two durations are known for a batch; the others are assumed to lie evenly
    /// between them.
    void add(Clock::Duration now, std::uint64_t records, std::uint64_t shortest_ms, std::uint64_t longest_ms);

    /// The milliseconds within which this `share` (0 to 1) of the records of the last ten seconds was
    /// applied. Nothing if there were none.
    [[nodiscard]] std::optional<double> percentile(Clock::Duration now, double share) const;

private:
    static constexpr std::size_t seconds_max = 10;
    static constexpr std::size_t buckets = 240;  ///< Up to 49 days.

    using Counts = std::array<std::uint32_t, buckets>;
    struct Second {
        std::int64_t number = -1;  ///< -1: not used yet.
        Counts counts{};
    };

    std::array<Second, seconds_max> seconds_{};
};

}  // namespace contrail::status
