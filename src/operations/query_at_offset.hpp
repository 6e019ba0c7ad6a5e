#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include "contrail/reconciliation.hpp"

namespace contrail::operations {

// Both functions write the result of a query in the snapshot of a reconciliation, after the id of the last
// record whose effects the snapshot shows. They write row by row, so memory stays flat. A query that would
// change something is refused. Both throw Error; the output is then incomplete.

/// Writes `last_id 1700000000000-7`, and then CSV with a header line.
void write_csv(Reconciliation& reconciliation, std::string_view query, std::ostream& out);

/// Writes one JSON object: `stream`, `last_id`, and `rows`, with an object per line.
void write_json(Reconciliation& reconciliation, std::string_view query, const std::string& stream,
                std::ostream& out);

}  // namespace contrail::operations
