#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "contrail/names.hpp"
#include "contrail/record.hpp"

namespace contrail {

/// What consumers read: ordered, append-only. Port: a Redis stream behind it, or memory in tests.
///
/// Append and read come in two halves, so that a caller can do other work (read on from Postgres, commit)
/// while the log is busy. Requests are answered in the order in which they were begun.
///
/// Errors   Every call throws Error. After one, what was begun is forgotten, and the next call starts on
///          a fresh connection. An append that fails with Retry::in_doubt may have happened: ask head().
/// Threads  Not thread-safe. Any number of processes may append to and read one log at once.
class Log {
public:
    virtual ~Log() = default;

    /// The id of the record appended last, even if it was deleted or trimmed since; 0-0 if there never
    /// was one, or the log was lost. Waits for the appends begun before, and forgets their answers.
    virtual RecordId head() = 0;

    /// Records that the log holds now.
    virtual std::uint64_t length() = 0;

    /// Begins to append `records`, all or none: if and only if the log's head is `expected`. The records'
    /// ids rise, and have one sealing time. `records` is not empty and may change once this has returned.
    virtual void append_begin(RecordId expected, std::span<const Record> records) = 0;

    /// Waits for the oldest append begun. Returns the log's head after it: the id of its last record if
    /// it was made (now, or earlier by anybody: ids and contents are the same), else the head found.
    virtual RecordId append_end() = 0;

    /// Begins to read the records after `after` (not included): at most `count_max`, at least 1. Waits for
    /// the first to arrive, for `wait_max` at the most. A read begun earlier and not ended is forgotten.
    virtual void read_begin(RecordId after, std::size_t count_max, std::chrono::milliseconds wait_max) = 0;

    /// Waits for the read begun and replaces the content of `records` with what it found, which is
    /// nothing if `wait_max` passed first. Throws Error (Retry::never) at an entry that is not a record.
    virtual void read_end(std::vector<Record>& records) = 0;

    /// Notes beside the log that `consumer` has committed up to `position`. Sent along with the next
    /// request, and not waited for: it serves trimming and lag, and is repeated after every commit.
    virtual void report_position(const ConsumerName& consumer, RecordId position) = 0;

    /// What every consumer reported last.
    virtual std::map<ConsumerName, RecordId> positions() = 0;
};

}  // namespace contrail
