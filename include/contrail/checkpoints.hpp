#pragma once

#include <memory>
#include <optional>
#include <string>

#include "contrail/consumer_owner.hpp"
#include "contrail/dead_letter.hpp"
#include "contrail/names.hpp"
#include "contrail/record.hpp"
#include "contrail/segment.hpp"

namespace contrail {

/// One open transaction in a consumer's own database. The handler's effects and the checkpoint commit
/// together in it, or neither does. Destroyed without commit(): rolled back.
class Transaction {
public:
    Transaction() = default;
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    virtual ~Transaction() = default;

    /// The checkpoint as it was when the transaction began. Nothing: this consumer is new.
    [[nodiscard]] virtual std::optional<RecordId> checkpoint() const = 0;

    /// What a merge has left ahead of it, as that was when the transaction began. It is forgotten when the checkpoint
    /// reaches it.
    [[nodiscard]] virtual std::optional<HalfAhead> ahead() const = 0;

    /// Moves the checkpoint to `to`, once in a transaction. That of a new consumer is written, with those of all its
    /// segments. False: another instance was faster; roll back.
    [[nodiscard]] virtual bool advance(RecordId to) = 0;

    /// Parks the record that follows the checkpoint, and moves the checkpoint past it. An older dead letter
    /// about the same record is replaced. No other record can be parked: those before it would be passed
    /// without being applied.
    virtual void park(const DeadLetter& dead_letter) = 0;

    /// Notes that a parked record was rejected once more, with `error`: it is no longer marked for a retry, and
    /// has one attempt more. The checkpoint stays. False: an operator has discarded it meanwhile.
    [[nodiscard]] virtual bool park_again(RecordId id, const std::string& error) = 0;

    /// Removes and returns this consumer's first dead letter, in the log's order, that an operator has marked
    /// for a retry; that of a segment, its own. Nothing if none is marked. A rollback brings it back, still marked.
    [[nodiscard]] virtual std::optional<DeadLetter> take_marked() = 0;

    /// Throws Error with Retry::in_doubt if the reply was lost: load the checkpoint to find out.
    virtual void commit() = 0;

    /// The session behind the transaction, for a caller that knows its type (see sql() in postgres.hpp). Null
    /// in memory.
    [[nodiscard]] virtual void* native_handle() noexcept { return nullptr; }
};

/// Where consumers keep their checkpoints. Port: Postgres behind it, or memory in tests.
///
/// Errors   Every call throws Error. After one, the next call starts on a fresh connection.
/// Threads  Not thread-safe; one transaction at a time.
class Checkpoints {
public:
    virtual ~Checkpoints() = default;

    /// Begins a transaction and loads the checkpoint of a consumer, or of one of its segments, in it. While it
    /// is open, a second instance waits in begin(), unless there is no checkpoint yet: then the first to call
    /// advance() wins. Throws SegmentsChanged if the consumer has another number of segments.
    virtual std::unique_ptr<Transaction> begin(const ConsumerSegment& part) = 0;

    /// The checkpoint of the segment that is furthest behind. Nothing: this consumer is new.
    virtual std::optional<RecordId> least(const ConsumerName& consumer) = 0;

    /// Which database this is to a log: the owner of the consumers whose checkpoints it holds. One round trip.
    virtual ConsumerOwner owner() = 0;

    /// True if an operator has marked a dead letter of this consumer or segment for a retry: begin() a transaction
    /// and take it. Locks nothing and writes nothing, because an idle consumer asks once a second.
    [[nodiscard]] virtual bool has_marked(const ConsumerSegment& part) = 0;
};

}  // namespace contrail
