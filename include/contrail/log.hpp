#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "contrail/chunk_limits.hpp"
#include "contrail/consumer_registry.hpp"
#include "contrail/names.hpp"
#include "contrail/record.hpp"

namespace contrail {

/// What a log holds and takes.
struct LogUsage {
    RecordId head;                       ///< As of Log::head().
    RecordId first;                      ///< The oldest record held; `head` if none is.
    std::uint64_t records = 0;           ///< Held now.
    std::uint64_t bytes = 0;             ///< Memory that they take, as the server estimates it.
    std::uint64_t memory_bytes = 0;      ///< Memory that all of the server's data takes.
    std::uint64_t memory_bytes_max = 0;  ///< What it may take at the most; 0: no bound is set.
};

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

    virtual LogUsage usage() = 0;

    /// Begins to append `records`, all or none: if and only if the log's head is `expected`. The records'
    /// ids rise. `records` is not empty and may change once this has returned.
    virtual void append_begin(RecordId expected, std::span<const Record> records) = 0;

    /// Waits for the oldest append begun. Returns the log's head after it: the id of its last record if
    /// it was made (now, or earlier by anybody: ids and contents are the same), else the head found.
    virtual RecordId append_end() = 0;

    /// Begins to read the records after `after` (not included), within `limits`. Waits for the first to
    /// arrive, for `wait_max` at the most. A read begun earlier and not ended is forgotten.
    virtual void read_begin(RecordId after, const ChunkLimits& limits,
                            std::chrono::milliseconds wait_max) = 0;

    /// Waits for the read begun and replaces the content of `records` with what it found, which is
    /// nothing if `wait_max` passed first. Throws Error (Retry::never) at an entry that is not a record.
    virtual void read_end(std::vector<Record>& records) = 0;

    /// Notes beside the log that `consumer` has committed up to `position`. Sent along with the next
    /// request, and not waited for: it serves trimming and lag, and is repeated after every commit.
    virtual void report_position(const ConsumerName& consumer, RecordId position) = 0;

    /// What every consumer reported last.
    virtual std::map<ConsumerName, RecordId> positions() = 0;

    /// Drops records before `keep_from`, but none that a consumer needs which has reported its position, up
    /// to this very moment, and for which no word was left that it was cut off before `keep_from`. Some
    /// records that could go may stay.
    virtual void trim(RecordId keep_from) = 0;

    /// Empties the log and sets its head to `head`, all or nothing: if and only if its head is `expected`.
    /// `head` is not before `expected`. Returns the log's head after it.
    virtual RecordId restart(RecordId expected, RecordId head) = 0;

    /// Leaves word for a consumer that it was cut off; with nothing, takes that back.
    virtual void mark_cut_off(const ConsumerName& consumer, const std::optional<CutOff>& cut_off) = 0;

    /// The words left for consumers.
    virtual std::map<ConsumerName, CutOff> cut_offs() = 0;

    /// Removes what is noted beside the log of a consumer: its position, the word left for it, and what it
    /// reported of itself.
    virtual void forget(const ConsumerName& consumer) = 0;
};

}  // namespace contrail
