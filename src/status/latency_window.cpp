#include "status/latency_window.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace contrail::status {

namespace {

constexpr unsigned steps_bits = 3;  // eight steps from one power of two to the next
constexpr std::uint64_t steps = 1U << steps_bits;
constexpr std::uint64_t longest_max = (std::uint64_t{1} << 32U) - 1;

std::int64_t second_of(Clock::Duration now) {
    return std::chrono::floor<std::chrono::seconds>(now).count();
}

std::size_t bucket_of(std::uint64_t ms) {
    if (ms < steps) return ms;
    const auto power = static_cast<unsigned>(std::bit_width(ms)) - 1;
    const std::uint64_t step = (ms >> (power - steps_bits)) - steps;
    return steps * (power - steps_bits + 1) + step;
}

/// The least duration that lies in a bucket.
std::uint64_t beginning_of(std::size_t bucket) {
    if (bucket < steps) return bucket;
    return (steps + bucket % steps) << (bucket / steps - 1);
}

}  // namespace

void LatencyWindow::add(Clock::Duration now, std::uint64_t records, std::uint64_t shortest_ms,
                        std::uint64_t longest_ms) {
    const std::int64_t number = second_of(now);
    Second& second = seconds_[static_cast<std::size_t>(number) % seconds_max];
    if (second.number != number) second = {.number = number};

    const std::uint64_t longest = std::min(longest_ms, longest_max);
    const std::uint64_t shortest = std::min(shortest_ms, longest);
    const auto width = static_cast<double>(longest - shortest + 1);
    std::uint64_t counted = 0;
    for (std::size_t bucket = bucket_of(shortest); counted < records; ++bucket) {
        const std::uint64_t end = std::min(beginning_of(bucket + 1), longest + 1);
        const double share = static_cast<double>(end - shortest) / width;
        const auto up_to_here =
            static_cast<std::uint64_t>(std::llround(share * static_cast<double>(records)));
        second.counts[bucket] += static_cast<std::uint32_t>(up_to_here - counted);
        counted = up_to_here;
    }
}

std::optional<double> LatencyWindow::percentile(Clock::Duration now, double share) const {
    std::array<std::uint64_t, buckets> counts{};
    std::uint64_t records = 0;
    const std::int64_t last = second_of(now);
    for (const Second& second : seconds_) {
        if (second.number < 0 || second.number <= last - static_cast<std::int64_t>(seconds_max)) continue;
        for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
            counts[bucket] += second.counts[bucket];
            records += second.counts[bucket];
        }
    }
    if (records == 0) return std::nullopt;

    const double rank = share * static_cast<double>(records);
    double before = 0;
    std::size_t bucket = 0;
    for (; before + static_cast<double>(counts[bucket]) < rank || counts[bucket] == 0; ++bucket)
        before += static_cast<double>(counts[bucket]);
    const auto beginning = static_cast<double>(beginning_of(bucket));
    const auto width = static_cast<double>(beginning_of(bucket + 1)) - beginning;
    return beginning + width * (rank - before) / static_cast<double>(counts[bucket]);
}

}  // namespace contrail::status
