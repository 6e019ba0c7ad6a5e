#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "contrail/chunk_limits.hpp"
#include "contrail/consumer_registry.hpp"
#include "contrail/record.hpp"

namespace contrail {

/// The records between two seals. Which records those are, their order and their ids are fixed from the
/// moment the batch is sealed: reading it again, after any crash, gives the same bytes.
struct Batch {
    std::int64_t number = 0;      ///< 1, 2, 3 …; number 0 stands before the first batch and is empty.
    std::uint64_t sealed_ms = 0;  ///< Unix time in milliseconds; never less than the batch before.
    Offset first{1};              ///< Offset of its first record.
    std::optional<Offset> last;   ///< Offset of its last record; may be unknown until it was read to its end.

    bool operator==(const Batch&) const = default;
};

/// What letting go of records came to.
struct Released {
    std::uint32_t segments_emptied = 0;
    /// Why a segment that could have been emptied was not, and who is in the way; empty if none was. It is
    /// tried again by the next call.
    std::string obstacle;
};

/// Reads one batch in order, with memory for one chunk at a time however long the batch is.
/// Destroying it early is fine. It must not outlive its Outbox, which serves one reader at a time and
/// nothing else meanwhile.
class BatchReader {
public:
    virtual ~BatchReader() = default;

    /// Replaces the content of `chunk` with the next records; leaves it empty at the end of the batch.
    /// Keeps the strings' capacity, so that a chunk used again does not allocate.
    /// Throws Error; the reader is of no more use then.
    virtual void read(std::vector<Record>& chunk, const ChunkLimits& limits) = 0;
};

/// Batches that follow one another, and a reader of them all.
struct BatchRun {
    std::vector<Batch> batches;           ///< `last` of each is known, unless there is only one.
    std::unique_ptr<BatchReader> reader;  ///< Null if there are no batches.
};

/// The service's staged records, as the streamer sees them. Port: Postgres behind it, or memory in tests.
///
/// Errors   Every call throws Error. After one, the next call starts on a fresh connection.
/// Threads  Not thread-safe. Any number of processes may work on one outbox at once.
class Outbox {
public:
    virtual ~Outbox() = default;

    /// True if this process should stream: at most one usually is told so, and goes on being told so for as
    /// long as its session lasts, frozen or not. It saves the others from useless work and no more; the
    /// answer may be outdated at once, and nothing rests on it.
    virtual bool lead() = 0;

    /// The newest sealed batch, its `last` known: where no one has written it down yet, the batch is
    /// counted. Batch 0 if nothing was ever sealed.
    virtual Batch newest() = 0;

    /// The batch that everything still held follows: its records, and those before it, can be read no more.
    /// Its `last` is known. Batch 0 as long as nothing was released.
    virtual Batch base() = 0;

    /// The batch after `previous`, whose `last` must be known: sealed earlier by another streamer, or
    /// sealed by this call, durably, from all that became visible since. Nothing if nothing was staged.
    /// In doubt after an error: call newest().
    virtual std::optional<Batch> next(const Batch& previous) = 0;

    /// The sealed batch that holds `offset`; nothing if it is released, or not sealed yet.
    virtual std::optional<Batch> find(Offset offset) = 0;

    /// Reads `batch` from the record at `from` (included) to its end. `from` lies inside the batch, or
    /// just past its end.
    virtual std::unique_ptr<BatchReader> read(const Batch& batch, Offset from) = 0;

    /// Reads what was sealed after `previous`, whose `last` must be known: the batch that follows it, and as
    /// many more as hold `records_max` records together with that. A log that lost much is filled again from
    /// batches that may be short and many. Nothing if `previous` is the newest.
    virtual BatchRun read_run(const Batch& previous, std::uint64_t records_max) = 0;

    /// Lets go of whole batches whose records are all at or before `through`, but of none that a registered
    /// consumer needs and is not marked as missing. base() moves up, and the segments that hold nothing
    /// else are emptied. Waits for nobody: a segment that is in use is left for a later call. Safe beside
    /// any number of producers, streamers and other callers.
    virtual Released release(Offset through) = 0;

    /// The consumers of this outbox's log, over the same session.
    virtual ConsumerRegistry& registry() = 0;
};

}  // namespace contrail
