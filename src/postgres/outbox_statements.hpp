#pragma once

#include <string>
#include <string_view>

#include "contrail/outbox.hpp"
#include "postgres/connection.hpp"

namespace contrail::postgres {

/// SQL of the key of the advisory lock that the leading streamer's session holds. Per schema; advisory locks
/// are per database anyway. `schema` is SQL of the schema's name.
std::string streamer_lock_key(std::string_view schema);

/// The batch in a result's row, from a column on: number, sealing time, first and last offset.
Batch batch_from(const Result& result, int row = 0, int column = 0);

/// What the outbox says to the server.
struct OutboxStatements {
    explicit OutboxStatements(std::string_view quoted_schema);

    std::string session;  ///< Settings of a new session.
    Statement lead;       ///< (schema) → whether this session holds the streamers' lock from now on
    Statement newest;     ///< () → batch
    Statement base;       ///< () → batch
    Statement find;       ///< (offset) → the last batch that begins at or before it; never the base
    Statement count;      ///< (number) → last offset, which is noted
    Statement snapshot;   ///< () → what is visible now
    /// (number, sealing time, last offset, snapshot) → what is visible now, whether something was staged, and
    /// the batch that follows, null where there is none. No row where the numbered batch is not there like
    /// this. The snapshot, if given, is one up to which nothing staged was found after that batch. A short
    /// batch sealed just now comes along, in a row for each record: action, object and data, after all the
    /// others.
    Statement next;
    std::string hold;  ///< Begins a transaction in which no segment can be emptied.
    /// (number, sealing time, first offset) → snapshots of the batch before and of the batch. No row where
    /// the batch is not held like this.
    Statement window;

    /// (number, sealing time, last offset, offset) → that batch, and those after it that begin up to the
    /// offset, or some of them: number, sealing time, first and last offset, snapshot. No row where the
    /// numbered batch is not held like this.
    Statement run;

    /// COPY of the records between two snapshots, but for the first `skip`; ends the transaction of `hold`.
    [[nodiscard]] std::string copy(std::string_view previous, std::string_view current,
                                   std::uint64_t skip) const;

    /// COPY of the records of batches that follow one another, each after the number of its batch; ends the
    /// transaction of `hold`. Batches are the rows of `run` from the second to `last`, included.
    [[nodiscard]] std::string copy_run(const Result& batches, int last) const;

private:
    std::string quoted_schema_;
};

}  // namespace contrail::postgres
