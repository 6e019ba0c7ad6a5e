#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "contrail/chunk_limits.hpp"
#include "contrail/clock.hpp"
#include "contrail/consumer_registry.hpp"
#include "contrail/outbox_identity.hpp"
#include "contrail/record.hpp"

namespace contrail {

struct OpenBatch;

/// The records between two seals. Sealing fixes which records those are, their order and their ids: reading a
/// batch again, after any crash, gives the same bytes.
struct Batch {
    std::int64_t number = 0;      ///< 1, 2, 3 …; number 0 stands before the first batch and is empty.
    std::uint64_t sealed_ms = 0;  ///< Unix time in milliseconds; never less than the batch before.
    Offset first{1};              ///< Offset of its first record.
    Offset last{0};               ///< Offset of its last record.

    /// The id of its last record; 0-0 for batch 0.
    [[nodiscard]] RecordId last_id() const { return {sealed_ms, last}; }

    // Implicit, because whatever can read an open batch can read one whose end is known.
    // NOLINTNEXTLINE(google-explicit-constructor)
    operator OpenBatch() const;

    bool operator==(const Batch&) const = default;
};

/// A sealed batch as a reader opens it. To count a long batch costs a walk over its records, so its end stays
/// unknown until a streamer has read it.
struct OpenBatch {
    std::int64_t number = 0;
    std::uint64_t sealed_ms = 0;
    Offset first{1};
    std::optional<Offset> last;  ///< Where its records must end, if that is stored. Nothing: not counted yet.

    /// The batch, once its records are known to end at `end`.
    [[nodiscard]] Batch ending_at(Offset end) const { return {number, sealed_ms, first, end}; }

    bool operator==(const OpenBatch&) const = default;
};

inline Batch::operator OpenBatch() const {
    return {number, sealed_ms, first, last};
}

/// What a release achieved.
struct Released {
    std::uint32_t segments_emptied = 0;
    /// Why a segment that could have been emptied was not, and which session is in the way. Empty: no segment
    /// was in the way. The next call tries again.
    std::string obstacle;
};

/// Reads one batch in order, with memory for one chunk at a time however long the batch is. Destroying it
/// early is fine. It must not outlive its Outbox, which serves one reader at a time and no other call
/// meanwhile.
class BatchReader {
public:
    virtual ~BatchReader() = default;

    /// Replaces the content of `chunk` with the next records; leaves it empty at the end of the batch. Keeps
    /// the strings' capacity, so that a chunk used again does not allocate. After an Error the reader must be
    /// destroyed.
    virtual void read(std::vector<Record>& chunk, const ChunkLimits& limits) = 0;
};

/// Batches that follow one another, and a reader of them all.
struct BatchRun {
    std::vector<OpenBatch> batches;
    std::unique_ptr<BatchReader> reader;  ///< Null if there are no batches.
};

/// How a rest of the streamer ended.
enum class Rest {
    refused,  ///< It did not begin.
    woken,    ///< A transaction that staged records has committed.
    elapsed,  ///< Its time was over, or the streamer has to stop.
};

/// The service's staged records, as the streamer sees them. Port: Postgres behind it, or memory in tests.
///
/// Errors   Every call throws Error. After one, the next call starts on a fresh connection.
/// Threads  Not thread-safe. Any number of processes may work on one outbox at once.
class Outbox {
public:
    virtual ~Outbox() = default;

    /// Which outbox this is. Nothing rests on its name. Its id is empty until lead() was first called.
    virtual OutboxIdentity identity() = 0;

    /// True if this process should stream. Usually one process leads, for as long as its session lasts,
    /// frozen or not. It saves the others useless work and no more: the answer may be outdated at once, and
    /// nothing rests on it. The first call in an outbox's life gives it its identity, durably.
    virtual bool lead() = 0;

    /// The newest sealed batch, counted by this call where no streamer has counted it yet. Batch 0 if no
    /// batch was ever sealed.
    virtual Batch newest() = 0;

    /// The newest batch that was released: what the outbox still holds follows it. Batch 0 as long as none
    /// was released.
    virtual Batch base() = 0;

    /// The batch after `previous`. Another streamer has sealed it, or this call seals it, durably, from all
    /// that became visible since. Nothing if no record was staged. In doubt after an error: call newest().
    virtual std::optional<OpenBatch> next(const Batch& previous) = 0;

    /// Called by a streamer after next() found nothing: waits for at most `wait_max`, or until a commit of staged
    /// records may have woken it, or until `stop` is requested. Refused, at once, while a commit would not wake it:
    /// the streamer pauses then, and polls. No wakeup is certain, and nothing rests on any but how soon a record is
    /// sent.
    virtual Rest rest(Clock::Duration wait_max, const std::stop_token& stop) = 0;

    /// The sealed batch that holds `offset`; nothing if it was released, or is not sealed yet.
    virtual std::optional<Batch> find(Offset offset) = 0;

    /// Reads `batch` from the record at `from` (included) to its end. `from` lies inside the batch, or just
    /// past its end.
    virtual std::unique_ptr<BatchReader> read(const OpenBatch& batch, Offset from) = 0;

    /// Reads what was sealed after `previous`: the batch that follows it, and as many more as hold
    /// `records_max` records together with it. A log that lost much is filled again from many short batches.
    /// Nothing if `previous` is the newest.
    virtual BatchRun read_run(const Batch& previous, std::uint64_t records_max) = 0;

    /// Releases whole batches whose records are all at or before `through`, unless a registered consumer
    /// needs one and is not marked as missing it. base() moves up, and the segments that hold nothing else
    /// are emptied. Does not wait: a segment that is in use is left for a later call. Safe beside any number
    /// of producers, streamers and other callers.
    virtual Released release(Offset through) = 0;

    /// Unix time in milliseconds by the clock that gives records their times. May jump, backwards too.
    virtual std::uint64_t now_ms() = 0;

    /// The consumers of this outbox's log, over the same session: a streamer or a retention needs no second
    /// one.
    virtual ConsumerRegistry& registry() = 0;
};

}  // namespace contrail
