#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contrail/log_usage.hpp"
#include "contrail/outbox.hpp"

namespace contrail::redis {

class RedisLog;

/// What a scan of a log's stream found, compared with what the outbox has sealed.
///
///     offset      1   2   3   4   5   6   7   8   9  10
///     stream      ×   ●   ×   ●   ●   ×   ●   ●   ●   ●
///     outbox                          ●   ●   ●   ●   ●
///                             │       └ outbox_first    └ usage.head
///                             └ whole_from
///
/// Offset 1 was trimmed, and no consumer needs it. Offset 3 is gone for good. Offset 6 can be written again.
/// So a stream without a hole can begin at 4.
struct StreamScan {
    LogUsage usage;  ///< At the start. The scan ignores what was appended later.
    Offset
        outbox_first;  ///< The first record that the outbox holds; past the head if it holds none of the log's.

    /// What is wrong, in the stream's order: missing offsets, entries that are not records, ids that differ
    /// from those sealed. At most the first hundred.
    std::vector<std::string> flaws;
    std::uint64_t flaws_count = 0;

    /// The stream can be written without a flaw from this offset on: first the records that it still holds,
    /// then those of the outbox.
    Offset whole_from;

    /// True if the outbox holds none of the stream's records: then nothing can be written again.
    [[nodiscard]] bool beyond_repair() const { return outbox_first > usage.head.offset; }
};

/// Reads the log's whole stream, with one chunk in memory at a time. Streamer, consumers and retention may go
/// on: what is trimmed during the scan does not count as missing.
///
/// Throws Error; Retry::never if another outbox feeds the log, or if the log's head is not a record that the outbox has
/// sealed. `log` then acts for this outbox.
StreamScan scan_stream(RedisLog& log, Outbox& outbox);

}  // namespace contrail::redis
