#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rocket_rides {

enum class CsvRow {
    complete,
    open_quote,   ///< The text ends inside a quoted field: it goes on in the next line.
    stray_quote,  ///< A quoted field is followed by something other than a comma.
};

/// Splits the text of a row, without its line break, into its fields, and takes off their quotes.
/// Replaces the content of `fields`, which is of use only if the row is complete.
CsvRow split_csv_row(std::string_view row, std::vector<std::string>& fields);

}  // namespace rocket_rides
