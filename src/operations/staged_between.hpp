#pragma once

#include <string>
#include <string_view>

namespace contrail::operations {

/// A subquery whose rows are the records staged between two snapshots, which are SQL expressions. Its rows
/// have no columns: a monitor may count records, and may not read them. So records_between() does not do
/// here.
std::string staged_between(std::string_view previous, std::string_view current);

}  // namespace contrail::operations
