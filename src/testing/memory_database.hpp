#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "contrail/consumer_registry.hpp"
#include "contrail/dead_letter.hpp"
#include "contrail/names.hpp"
#include "contrail/outbox.hpp"
#include "contrail/record.hpp"
#include "contrail/segment.hpp"

namespace contrail::testing {

class MemoryTransaction;

/// The part of PostgreSQL that Contrail depends on, awkward truths included: INSERT draws a record's staging
/// id, but the record becomes visible when its transaction commits. Ids become visible out of order, and
/// rolled back ones never.
///
/// Not thread-safe: the test interleaves what would run at once.
class MemoryDatabase {
public:
    using Xid = std::uint64_t;

    /// Which transactions had committed at one moment: `pg_snapshot`.
    struct Snapshot {
        Xid next = 1;           ///< The first that had not begun.
        std::set<Xid> running;  ///< Those that had begun and not ended.

        [[nodiscard]] bool has_ended(Xid xid) const { return xid < next && !running.contains(xid); }
    };

    struct StagedRecord {
        std::uint64_t id;
        Xid xid;
        std::size_t segment;
        std::string action, object, data;
        std::optional<std::string> key{}, headers{};
    };

    struct SealedBatch {
        OpenBatch batch;
        Snapshot snapshot;
    };

    using CheckpointKey = std::pair<std::string, ConsumerName>;  ///< Log, consumer.

    /// A segment's row of `checkpoints`.
    struct SegmentRow {
        RecordId checkpoint;
        std::optional<HalfAhead> ahead{};
    };

    struct ParkedRecord {
        DeadLetter letter;
        bool marked = false;  ///< For a retry.
    };
    using ParkedRecords = std::map<RecordId, ParkedRecord>;

    [[nodiscard]] Snapshot snapshot() const;
    [[nodiscard]] bool is_committed(Xid xid) const { return committed_.contains(xid); }

    /// The records that committed after `previous` was taken and before `current`, in staging order.
    [[nodiscard]] std::vector<StagedRecord> window(const Snapshot& previous, const Snapshot& current) const;

    /// A committed value of the consumers' own tables; 0 if never written.
    [[nodiscard]] double value(const std::string& key) const;
    /// That of the segment that is furthest behind.
    [[nodiscard]] std::optional<RecordId> checkpoint(const CheckpointKey& key) const;
    /// By the segments' numbers. None: the consumer is new.
    [[nodiscard]] std::vector<SegmentRow> segments(const CheckpointKey& key) const;
    /// Splits each of a consumer's `count` segments, or merges them into half as many. Throws Error: SegmentsChanged,
    /// or Retry::call where PostgreSQL would wait for a transaction, or for the end of an earlier merge.
    void split(const CheckpointKey& key, std::uint32_t count);
    void merge(const CheckpointKey& key, std::uint32_t count);
    /// Moves all of a consumer's segments. False: they are not at `from`. Throws as split() does.
    bool reset(const CheckpointKey& key, const std::vector<RecordId>& from, RecordId to);
    [[nodiscard]] ParkedRecords parked(const CheckpointKey& key) const;
    /// Asks for a parked record to be retried.
    void mark(const CheckpointKey& key, RecordId id) { parked_.at(key).at(id).marked = true; }

    [[nodiscard]] bool anything_between(const Snapshot& previous, const Snapshot& current) const;

    /// Records that were neither rolled back to a savepoint nor released, visible or not.
    [[nodiscard]] const std::vector<StagedRecord>& staged() const { return staged_; }

    /// Transactions committed so far.
    [[nodiscard]] std::uint64_t commits() const { return committed_.size(); }

    /// Ends a transaction from outside, as a lost connection or a timeout does: it is rolled back.
    void end_session(Xid xid) noexcept;
    /// The server is killed and started again. What was committed stays; all sessions end.
    void restart();
    /// The server begins again with an older state of its data, as after a restore. Ids of transactions are not given
    /// out again: sessions that have not noticed yet still name theirs.
    void restore(const MemoryDatabase& backup);
    /// How often the server was started again.
    [[nodiscard]] std::uint64_t restarts() const { return restarts_; }

    /// `DELETE … WHERE id <= last`, of committed records. Contrail never does this.
    void delete_staged_up_to(std::uint64_t last_id);

    /// Empties the segments whose records had all become visible in `through`. Returns how many those are,
    /// and sets `obstructed` if an open transaction has staged into one more.
    std::uint32_t empty_segments(const Snapshot& through, bool& obstructed);

    /// Lets records be staged into the next segment, if that is empty.
    void turn_segment();

    /// Called inside a statement, after its snapshot and before its commit. Other sessions may run there.
    std::function<void()> in_statement = [] {};

    /// Sealed batches, oldest first. The first one is the base, whose records are released; at the start that
    /// is batch 0.
    std::vector<SealedBatch> batches{SealedBatch{Batch{}, Snapshot{}}};

    /// Offset of the base's last record, which is always counted.
    [[nodiscard]] Offset released_to() const { return batches.front().batch.last.value(); }

    /// Which outbox this is to a log. None, unless a test has several.
    OutboxIdentity identity;

    /// Which database this is to a log: the owner of the consumers whose checkpoints it holds. None, unless a test has
    /// several databases.
    ConsumerOwner owner;

    std::map<ConsumerName, RegisteredConsumer> consumers;

    /// Unix time by which this database seals, in milliseconds. Tests set it, backwards too.
    std::uint64_t now_ms = 1'700'000'000'000;

private:
    friend class MemoryTransaction;

    using SegmentKey = std::pair<CheckpointKey, std::uint32_t>;

    std::vector<SegmentRow>& unlocked_segments(const CheckpointKey& key, std::uint32_t count);
    [[nodiscard]] bool is_between(const StagedRecord& record, const Snapshot& previous,
                                  const Snapshot& current) const;

    Xid next_xid_ = 1;
    std::uint64_t restarts_ = 0;
    std::uint64_t next_staging_id_ = 1;
    std::set<Xid> running_;
    std::set<Xid> committed_;
    std::vector<StagedRecord> staged_;
    std::size_t segment_ = 0;  ///< Where records are staged now.
    std::map<std::string, double> values_;
    std::map<CheckpointKey, std::vector<SegmentRow>> checkpoints_;
    std::map<SegmentKey, Xid> checkpoint_locks_;
    std::map<CheckpointKey, ParkedRecords> parked_;
};

/// One open transaction; rolled back when it is destroyed without commit(). Must not outlive its database.
/// Once its session was ended, everything but rollback() throws Error.
class MemoryTransaction {
public:
    explicit MemoryTransaction(MemoryDatabase& database);
    ~MemoryTransaction();
    MemoryTransaction(const MemoryTransaction&) = delete;
    MemoryTransaction& operator=(const MemoryTransaction&) = delete;

    void stage(std::string action, std::string object, std::string data, std::optional<std::string> key = {},
               std::optional<std::string> headers = {});

    /// `SAVEPOINT`, and `ROLLBACK TO` it: forgets what was staged since. The staging ids stay used.
    [[nodiscard]] std::uint64_t savepoint() const;
    void rollback_to(std::uint64_t savepoint);

    [[nodiscard]] double value(const std::string& key) const;
    void set_value(const std::string& key, double value);

    /// `SELECT … FOR UPDATE`. Where PostgreSQL would wait for another transaction, this throws Error
    /// (Retry::call): there is only one thread. Throws SegmentsChanged as Checkpoints::begin() does.
    std::optional<MemoryDatabase::SegmentRow> lock_checkpoint(const MemoryDatabase::CheckpointKey& key,
                                                              Segment segment);

    /// Compare-and-set. False if the committed checkpoint is no longer `expected`.
    bool advance_checkpoint(const MemoryDatabase::CheckpointKey& key, std::optional<RecordId> expected,
                            RecordId to, Segment segment = {});

    /// A transaction parks and takes out for one consumer.
    void park(const MemoryDatabase::CheckpointKey& key, const DeadLetter& letter);
    bool park_again(const MemoryDatabase::CheckpointKey& key, RecordId id, const std::string& error);
    std::optional<DeadLetter> take_marked(const MemoryDatabase::CheckpointKey& key, Segment segment);

    /// Throws Error (Retry::in_doubt) if the session was ended.
    void commit();
    void rollback() noexcept;

    [[nodiscard]] MemoryDatabase::Xid xid() const { return xid_; }

private:
    void require_session() const;
    void lock(const MemoryDatabase::SegmentKey& key);

    MemoryDatabase& database_;
    MemoryDatabase::Xid xid_;
    std::map<std::string, double> values_;
    std::map<MemoryDatabase::SegmentKey, RecordId> checkpoints_;
    std::map<MemoryDatabase::CheckpointKey, MemoryDatabase::ParkedRecords>
        parked_;  ///< As this one sees them.
};

}  // namespace contrail::testing
