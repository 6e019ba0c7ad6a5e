#pragma once

#include <cstdint>
#include <functional>

#include "contrail/chunk_limits.hpp"
#include "contrail/clock.hpp"
#include "contrail/record_filter.hpp"
#include "contrail/retry_policy.hpp"
#include "contrail/segment.hpp"
#include "contrail/starting_place.hpp"

namespace contrail {

class Transaction;

/// The state of a consumer that has applied the records up to `last_id`, computed by other means.
struct ReconciledState {
    RecordId last_id;
    /// Writes the state, in the transaction that sets the checkpoint to `last_id`: both commit, or neither
    /// does. It may be called more than once. Empty: the state is written already, to a store of the
    /// consumer's own.
    std::function<void(Transaction& transaction)> write;
};

/// What becomes of a record that a handler rejects again and again.
enum class OnRefusal {
    halt,  ///< run() throws an error that names the record; everything before it is committed.
    park,  ///< The record is parked (see DeadLetter), and the records after it go on.
};

/// How a consumer works. The defaults suit most; `start` and `on_refusal` are decisions.
struct ConsumerOptions {
    /// Where a new name begins. Resolved once: from then on the checkpoint says where the consumer is.
    StartingPlace start = start::Earliest{};
    /// For start::Reconciled: computes the state with which a new name begins, usually from a Reconciliation.
    /// No transaction is open meanwhile, so it may take its time; the log keeps what follows. Called again
    /// after a failure.
    std::function<ReconciledState()> reconcile{};
    /// Opens a store of the consumer's own. Called before the consumer reads its checkpoint, until it has
    /// succeeded once. A failure is retried as every other failure of the consumer is.
    std::function<void()> prepare{};
    /// Bounds of one transaction. More saves commits, and repeats more after a crash. A consumer that keeps
    /// up does not come near them; one that is behind needs them large, since a commit costs as much as
    /// applying some thousand small records.
    ChunkLimits batch{.records_max = 5'000, .bytes_max = 4 << 20};
    /// The records that the handler is given. The checkpoint moves past the others. Those that were parked are
    /// retried whatever the filter says now.
    RecordFilter filter{};
    /// The part of the records to apply. A consumer with segments has a checkpoint for each of them, and a Consumer
    /// works on one. The first one registers all segments of a new name.
    Segment segment{};
    /// The key by which records keep their order among segments. Empty: record_key(). Every program of the name must
    /// compute the same, for ever. It must not throw.
    std::function<std::string(const Record&)> key{};
    /// How long records that the filter left out wait for a commit if no chosen record follows them. A longer time
    /// saves transactions where few records are chosen. Meanwhile log and outbox keep them.
    Clock::Duration left_out_wait_max{1'000};
    /// Longest wait for a first record, and so the longest time until run() notices a stop. An idle consumer asks the
    /// log once in this time. A record that comes, and a connection that is lost, end the wait at once.
    Clock::Duration read_wait_max{1'000};
    /// How often the consumer reports an unchanged position: a log that was lost has forgotten it.
    Clock::Duration report_every{1'000};
    /// Pause of an instance that another one of its name has overtaken.
    Clock::Duration stand_by_wait{500};
    /// Halt keeps the order and needs an operator. Park needs none, and suits a consumer that tolerates a
    /// record out of its turn. Park assumes that the record is at fault.
    OnRefusal on_refusal = OnRefusal::halt;
    /// Most records to park with none applied in between. At the next one run() throws an error, as with halt: a
    /// handler that rejects every record is at fault itself, or what it needs (a missing table, a wrong address).
    /// 0: no limit.
    std::uint32_t parked_in_a_row_max = 100;
    /// How often a handler that rejects records is given them: first the batch, then each record by itself,
    /// to find the one at fault.
    std::uint32_t handler_attempts_max = 5;
    /// How often the consumer checks for parked records that an operator has marked for a retry.
    Clock::Duration marked_check_every{1'000};
    /// Pauses after failures.
    RetryPolicy retry{};
};

}  // namespace contrail
