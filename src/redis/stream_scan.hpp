#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contrail/log.hpp"
#include "contrail/outbox.hpp"

namespace contrail::redis {

class RedisLog;

/// What a look through a log's stream found, beside what the outbox holds.
struct StreamScan {
    LogUsage usage;       ///< When the look began. What was appended later was not looked at.
    Offset outbox_first;  ///< The first record that the outbox holds; past the head if it holds none of it.

    /// What is wrong, in the stream's order: offsets missing, entries that are no records, other ids than
    /// those sealed. No more than the first hundred.
    std::vector<std::string> flaws;
    std::uint64_t flaws_count = 0;

    /// From here on the stream can be had without a flaw: first of records that are in it, then of those that
    /// the outbox holds.
    Offset whole_from;

    /// True if nothing of what the outbox holds belongs into the stream: then nobody can mend it.
    [[nodiscard]] bool beyond_repair() const { return outbox_first > usage.head.offset; }
};

/// Looks through the stream of `log`, with memory for one chunk at a time, while all others go on with
/// theirs. What a trim takes away meanwhile is not missing.
///
/// Throws Error; Retry::never if the log's head is not a record that the outbox sealed.
StreamScan scan_stream(RedisLog& log, Outbox& outbox);

}  // namespace contrail::redis
