#pragma once

#include <string>
#include <string_view>

#include "contrail/record.hpp"
#include "postgres/result.hpp"

namespace contrail::postgres {

/// The statements of an adoption: one transaction, in this order.
struct AdoptionStatements {
    explicit AdoptionStatements(std::string_view quoted_schema);

    std::string begin;        ///< → the snapshot after which the outbox continues
    std::string lock;         ///< Keeps every other session out of the outbox.
    std::string restored;     ///< → whether batches came with a dump; pg_upgrade looks the same
    std::string replicated;   ///< → whether logical replication brought records
    std::string checkpoints;  ///< (stream) → consumer, last id
    std::string staged_here;  ///< → lowest staging id of this cluster's records, highest of those restored
    std::string count;        ///< → records taken, records in the outbox
    std::string refill;       ///< Empties the outbox, and stages what was taken.
    std::string
        adopt;  ///< (snapshot, sealing time, offset): makes the batch after which the outbox continues.

    /// Copies the records whose offsets are beyond `through`, and those without an offset, into a temporary
    /// table. Records from the staging id `first_staged_here` on were never sealed, whatever their xid says;
    /// empty: there are no such records.
    [[nodiscard]] std::string take(Offset through, const std::string& first_staged_here) const;

private:
    std::string quoted_schema_;
};

}  // namespace contrail::postgres
