#pragma once

#include <string>
#include <string_view>

#include "contrail/record.hpp"
#include "postgres/result.hpp"

namespace contrail::postgres {

/// What an adoption says to the server, inside one transaction, in this order.
struct AdoptionStatements {
    explicit AdoptionStatements(std::string_view quoted_schema);

    std::string begin;        ///< → the snapshot to go on from
    std::string lock;         ///< Keeps everybody out of the outbox.
    std::string identity;     ///< → this cluster, the cluster in which records were staged
    std::string checkpoints;  ///< (stream) → consumer, last id
    std::string staged_here;  ///< → lowest staging id of this cluster's records, highest of those restored
    std::string count;        ///< → records taken, records in the outbox
    std::string refill;       ///< Empties the outbox, and stages what was taken.
    std::string adopt;        ///< (snapshot, sealing time, offset): lets the outbox go on from there.

    /// Takes, into a temporary table, the records whose offsets are beyond `through` or not given yet.
    /// Records from the staging id `first_staged_here` on were sealed by nobody, whatever their xid says;
    /// nothing: that is true of none.
    [[nodiscard]] std::string take(Offset through, const std::string& first_staged_here) const;

private:
    std::string quoted_schema_;
};

}  // namespace contrail::postgres
