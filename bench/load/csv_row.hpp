#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace contrail::load {

enum class CsvRow {
    complete,
    open_quote,   ///< The text ends inside a quoted field, which continues on the next line.
    stray_quote,  ///< Something other than a comma follows a quoted field.
};

/// Splits the text of a row, without its line break, into fields without their quotes. Replaces the content
/// of `fields`; use it only if the row is complete.
CsvRow split_csv_row(std::string_view row, std::vector<std::string>& fields);

}  // namespace contrail::load
