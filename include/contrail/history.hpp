#pragma once

#include <functional>

#include "contrail/log_reader.hpp"
#include "contrail/record.hpp"

namespace contrail {

/// Calls `each` with the records after `after`, one by one and in order, until it returns false or the log ends.
/// Returns the last record for which it returned true, or `after`. So a reduction of the records from 0-0 on is what
/// it was at any past record:
///
///     double total = 0;
///     contrail::read_history(replay.log(), {}, [&](const contrail::Record& record) {
///         if (record.id.offset > wanted) return false;
///         total += distance_in(record);
///         return true;
///     });
///
/// The records come from `log` alone: use that of a Replay for what the log has forgotten. No checkpoint is kept, and
/// nothing is registered or reported: a log that is trimmed meanwhile may lose the next record.
///
/// Memory   One chunk: at most 4 MiB, or one record.
/// Errors   Throws Error: Retry::never where a record is missing, Retry::call where the log cannot be read. What `each`
///          throws passes through.
RecordId read_history(LogReader& log, RecordId after, const std::function<bool(const Record&)>& each);

}  // namespace contrail
