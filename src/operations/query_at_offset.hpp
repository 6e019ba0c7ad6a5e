#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include "contrail/reconciliation.hpp"

namespace contrail {

/// Writes what a query gives in the snapshot of a reconciliation, row by row as it comes, after the id of the
/// last record whose effects it shows.
///
/// Throws Error; what was written by then is not whole. A query that would change something is refused.

/// `last_id 1700000000000-7`, and CSV under a line with the names of the columns.
void write_csv(Reconciliation& reconciliation, std::string_view query, std::ostream& out);

/// One object: `stream`, `last_id`, and `rows`, each an object of a line.
void write_json(Reconciliation& reconciliation, std::string_view query, const std::string& stream,
                std::ostream& out);

}  // namespace contrail
