#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>

namespace rocket_rides {

/// How rows are printed. In either form a row is a line: tabs, line ends and backslashes inside of values are
/// written as \t, \n, \r and \\. NULL is empty.
enum class RowForm {
    table,  ///< For people.
    tabs,   ///< For programs: no heading, and a tab between values.
};

/// Runs one statement on a warehouse's file, and prints its rows. Throws Error if the file cannot be read,
/// the statement is not understood, or it would change something.
void run_query(const std::filesystem::path& file, const std::string& text, RowForm form, std::ostream& out);

}  // namespace rocket_rides
