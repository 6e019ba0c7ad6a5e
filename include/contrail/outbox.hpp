#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "contrail/record.hpp"

namespace contrail {

/// The records between two seals. Which records those are, their order and their ids are fixed from the
/// moment the batch is sealed: reading it again, after any crash, gives the same bytes.
struct Batch {
    std::int64_t number = 0;      ///< 1, 2, 3 …; number 0 stands before the first batch and is empty.
    std::uint64_t sealed_ms = 0;  ///< Unix time in milliseconds; never less than the batch before.
    Offset first{1};              ///< Offset of its first record.
    std::optional<Offset> last;   ///< Offset of its last record; unknown until it was read to its end.

    bool operator==(const Batch&) const = default;
};

/// How much goes into one append. A chunk ends when it reaches either bound; it holds at least one record.
struct ChunkLimits {
    std::size_t records_max = 1'000;
    std::size_t bytes_max = 1 << 20;  ///< Sum of the lengths of action, object and data.
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

    /// The batch after `previous`, whose `last` must be known: sealed earlier by another streamer, or
    /// sealed by this call, durably, from all that became visible since. Nothing if nothing was staged.
    /// In doubt after an error: call newest().
    virtual std::optional<Batch> next(const Batch& previous) = 0;

    /// The sealed batch that holds `offset`, if Postgres still has it.
    virtual std::optional<Batch> find(Offset offset) = 0;

    /// Reads `batch` from the record at `from` (included) to its end. `from` lies inside the batch, or
    /// just past its end.
    virtual std::unique_ptr<BatchReader> read(const Batch& batch, Offset from) = 0;
};

}  // namespace contrail
