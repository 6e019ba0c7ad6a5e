#pragma once

#include <algorithm>
#include <cstdint>

#include "contrail/chunk_limits.hpp"

namespace contrail::redis {

/// How many entries to ask Redis for at once.
///
/// XREAD knows no bound in bytes, and Redis puts the whole reply into its memory: a thousand records of 1 MiB
/// each would be a gigabyte there, however slowly it is read here. So what is asked for follows the sizes
/// seen last: at once downwards, and upwards by doubling.
class ReadSize {
public:
    [[nodiscard]] std::uint64_t entries(const ChunkLimits& limits) const {
        return std::min<std::uint64_t>(limits.records_max, entries_max_);
    }

    /// Learns from a reply to a request for so many entries.
    void learn(std::uint64_t asked, std::uint64_t records, std::uint64_t bytes, const ChunkLimits& limits) {
        if (records == 0) return;
        const std::uint64_t bytes_per_record = std::max<std::uint64_t>(bytes / records, 1);
        const std::uint64_t fitting = std::max<std::uint64_t>(limits.bytes_max / bytes_per_record, 1);
        entries_max_ = std::min(2 * asked, fitting);
    }

private:
    std::uint64_t entries_max_ = 100;  // 100 MiB at the most, while nothing is known
};

}  // namespace contrail::redis
