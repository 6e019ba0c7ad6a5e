#pragma once

#include <string>
#include <string_view>

namespace contrail {

/// A subquery whose rows, which have no columns, are the records staged between two snapshots (SQL
/// expressions), as records_between() finds them; but that reads whole records, and a monitor may not.
std::string staged_between(std::string_view previous, std::string_view current);

}  // namespace contrail
