#pragma once

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace contrail::load {

/// One column of a CSV file (RFC 4180), read row by row. Memory holds one row, however long the file.
///
/// The first line names the columns. Fields may be quoted, lines may end in CRLF, and a byte order mark may
/// come first. Empty lines are skipped.
///
/// Errors  Every call throws Error (Retry::never) that names file and line.
class CsvColumn {
public:
    /// Opens `file` and finds the column `name` in its header.
    CsvColumn(std::string file, std::string_view name);

    /// The column's value in the next row, valid until the next call; nothing at the end of the file.
    std::optional<std::string_view> next();

    /// Where the last row read begins: `rides.csv:17`.
    [[nodiscard]] std::string place() const;

private:
    bool read_row();
    bool read_line();

    std::string file_;
    std::ifstream stream_;
    std::string line_;
    std::string row_;  ///< The row's text: several lines if a quoted field holds a line break.
    std::vector<std::string> fields_;
    std::size_t column_ = 0;
    std::uint64_t lines_ = 0;     ///< Read so far.
    std::uint64_t row_line_ = 0;  ///< The row's first.
};

}  // namespace contrail::load
