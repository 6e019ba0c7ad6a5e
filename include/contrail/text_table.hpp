#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace contrail {

/// A table of plain text, as the programs print it: a line for each row, with two blanks between columns.
///
///     TextTable table({{"name"}, {.heading = "rides", .align = TextTable::Align::right}, {""}});
///     table.add({"consumer0", "3", "agrees"});
///     std::cout << table.take_lines();
///
/// A column is as wide as its widest cell so far. The last one may be as long as it likes: no line ends in
/// blanks. Widths count the characters of UTF-8. Not thread-safe.
class TextTable {
public:
    enum class Align {
        left,
        right,
        numbers_right,  ///< Right while all cells so far are numbers or empty; for columns not known before.
    };
    struct Column {
        std::string heading;  ///< In the first line.
        Align align = Align::left;
        std::size_t width_min = 0;  ///< Keeps the columns of several tables in the same place.
    };

    explicit TextTable(std::vector<Column> columns);

    /// Adds a row. Cells that are missing at its end are empty; with more cells than columns it throws
    /// std::out_of_range.
    void add(std::vector<std::string> cells);

    /// The lines added since the last call, each ended by "\n"; the first call also gives the headings. A table
    /// of any length takes little memory if this is called now and then; its columns then get wider at times,
    /// never narrower.
    std::string take_lines();

private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;  ///< Not taken yet.
};

}  // namespace contrail
