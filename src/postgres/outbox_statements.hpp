#pragma once

#include <string>
#include <string_view>

#include "contrail/outbox.hpp"
#include "postgres/connection.hpp"

namespace contrail::postgres {

/// SQL of a query for the sessions that hold the streamers' advisory lock, one lock per schema: pid,
/// is_streamer. `schema` is an SQL expression for the schema's name.
///
/// Every user of the database can take an advisory lock. Only a user with a streamer's right to release
/// batches counts as a streamer, and the lock of any other is ignored: a reconciler's too, which may seal.
std::string streamer_lock_holders(std::string_view schema);

/// The batch in a result's row, from a column on: number, sealing time, first and last offset.
OpenBatch batch_from(const Result& result, int row = 0, int column = 0);

/// The statements of the outbox.
struct OutboxStatements {
    explicit OutboxStatements(std::string_view quoted_schema);

    std::string session;  ///< Settings of a new session.
    Statement lead;       ///< (schema) → whether this session holds the streamers' lock now
    Statement identity;   ///< () → the outbox's id, or null
    Statement newest;     ///< () → batch
    Statement base;       ///< () → batch
    Statement find;       ///< (offset) → the last batch that begins at or before it; never the base
    Statement count;      ///< (number) → last offset, which is also stored
    Statement snapshot;   ///< () → the current snapshot
    Statement now;        ///< () → Unix time in milliseconds, by the clock that `next` seals with
    /// (number, sealing time, last offset, snapshot) → the current snapshot, whether this call found records that
    /// no batch held, how many transactions have staged them (the first 1,001 of them), the batch that follows, null
    /// if there is none, and the transaction that sealed it, if this call did. No row if the outbox does not hold the
    /// numbered batch with these values. The snapshot, if given, is the newest in which no record was found after
    /// that batch. A short batch that this statement seals comes along, with a further row for each record: action,
    /// object, data, key and headers, after the other columns.
    Statement next;
    /// The same, with a snapshot that is given and is not old, after a batch whose last offset is stored. Where it
    /// finds records and seals none, another session has sealed, and `next` has to be asked.
    Statement next_soon;
    std::string hold;  ///< Begins a transaction in which no segment can be emptied.
    /// (number, sealing time, first offset) → snapshots of the batch before and of the batch; the last staging ids
    /// that were drawn before the two were sealed; and in a row for each transaction of the batch that has staged
    /// records up to the first of these: its id, and whether they are many. No row if the outbox does not hold the
    /// batch with these values.
    Statement window;

    /// (number, sealing time, last offset, offset) → that batch, and batches after it that begin up to the
    /// offset, not always all: number, sealing time, first and last offset, snapshot. No row if the outbox
    /// does not hold the numbered batch with these values.
    Statement run;

    /// COPY of the records of a batch, but for the first `skip`; ends the transaction of `hold`. `answer` is that
    /// of `window`. `is_counted`: how many there are is known, and the caller compares.
    [[nodiscard]] std::string copy(const Result& answer, std::uint64_t skip, bool is_counted) const;

    /// COPY of the records of consecutive batches, each record after the number of its batch; ends the
    /// transaction of `hold`. `batches` is the result of `run`: the batches are its rows from the second to
    /// `last`, included.
    [[nodiscard]] std::string copy_run(const Result& batches, int last) const;

private:
    std::string quoted_schema_;
};

}  // namespace contrail::postgres
