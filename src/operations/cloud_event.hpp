#pragma once

#include <string>
#include <string_view>

#include "contrail/names.hpp"
#include "contrail/record.hpp"

namespace contrail::operations {

/// The `source` of events from this log: `/contrail/<log>`, percent-encoded where a URI needs it.
std::string cloud_event_source(const StreamName& log);

/// Appends `record` to `out` as an event of CloudEvents 1.0 in its JSON format, on one line without a line end.
/// docs/protocol.md ("As CloudEvents") describes the mapping. Takes any record, also one of a foreign writer whose
/// data or headers are no JSON.
void append_cloud_event(std::string& out, const Record& record, std::string_view source);

}  // namespace contrail::operations
