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
        const std::uint64_t entries_max = std::min<std::uint64_t>(limits.records_max, 2 * asked_);
        if (bytes_per_record_ == 0) return entries_max;
        return std::min(entries_max, limits.bytes_max / bytes_per_record_ + 1);
    }

    /// Learns from what came of a request for so many entries.
    void learn(std::uint64_t asked, std::uint64_t records, std::uint64_t bytes) {
        if (records == 0) return;
        asked_ = asked;
        bytes_per_record_ = std::max<std::uint64_t>(bytes / records, 1);
    }

private:
    std::uint64_t asked_ = 50;            // 100 MiB at the most, while nothing is known
    std::uint64_t bytes_per_record_ = 0;  // unknown
};

}  // namespace contrail::redis
