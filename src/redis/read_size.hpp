#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "contrail/chunk_limits.hpp"

namespace contrail::redis {

/// How many entries to ask Redis for at once.
///
/// XREAD has no bound in bytes, and Redis builds the whole reply in its memory: a thousand records of 1 MiB
/// would be a gigabyte there, however slowly the client reads. So the number follows the sizes seen last:
/// downwards at once, upwards by doubling.
///
/// Redis closes the connection to a client whose reply outgrows client-output-buffer-limit, without a word.
/// So a read whose reply does not come, and does not come again, is asked for with half as many entries, until it
/// fits. What fitted is a ceiling then, which rises slowly: most of the time the limit is still there. One loss alone
/// says nothing: a server that ends or fails over loses every read that waits. If each of them counted, an old consumer
/// would read a backlog record by record.
class ReadSize {
public:
    [[nodiscard]] std::uint64_t entries(const ChunkLimits& limits) const {
        const std::uint64_t entries_max = std::min<std::uint64_t>({limits.records_max, 2 * asked_, ceiling_});
        if (bytes_per_record_ == 0) return entries_max;
        return std::min(entries_max, limits.bytes_max / bytes_per_record_ + 1);
    }

    /// Learns from the reply to a request for `asked` entries: how many records it held, and their bytes.
    void learn(std::uint64_t asked, std::uint64_t records, std::uint64_t bytes) {
        lost_last_ = false;
        if (records == 0) return;
        asked_ = asked;
        bytes_per_record_ = std::max<std::uint64_t>(bytes / records, 1);
        if (asked < ceiling_ || ++fitted_ < replies_until_rise) return;
        ceiling_ += ceiling_ / 10 + 1;
        fitted_ = 0;
    }

    /// The connection was lost before the end of the reply to a request for `asked` entries.
    void lost(std::uint64_t asked) {
        if (!std::exchange(lost_last_, true)) return;
        ceiling_ = std::max<std::uint64_t>(asked / 2, 1);
        fitted_ = 0;
    }

private:
    static constexpr std::uint64_t replies_until_rise = 100;

    std::uint64_t asked_ = 50;            // at most 100 MiB, while nothing is known
    std::uint64_t bytes_per_record_ = 0;  // unknown
    std::uint64_t ceiling_ = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t fitted_ = 0;  // replies to requests for as many as the ceiling, since it changed
    bool lost_last_ = false;    // the read before
};

}  // namespace contrail::redis
