#pragma once

#include <string>
#include <string_view>

namespace contrail::postgres {

/// The statements of a reconciliation, in two sessions with one transaction each.
struct ReconciliationStatements {
    explicit ReconciliationStatements(std::string_view quoted_schema);

    std::string begin;  ///< Begins the transaction that seals. No segment can be emptied in it.
    /// () → name of the exported snapshot; sealing time and offset of the last record visible in it. Seals,
    /// unless all of those are sealed. No row if there is no base. SQLSTATE 40001 if a streamer was faster.
    std::string seal;

    /// Begins the transaction that queries, in an exported snapshot.
    [[nodiscard]] static std::string begin_querying(std::string_view snapshot);
};

}  // namespace contrail::postgres
