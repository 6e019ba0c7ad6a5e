#include "contrail/text_table.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace contrail {

namespace {

bool is_number(const std::string& cell) {
    return cell.find_first_not_of("0123456789+-.e") == std::string::npos;
}

}  // namespace

TextTable::TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {
    std::vector<std::string> headings;
    for (Column& column : columns_) {
        column.width_min = std::max(column.width_min, base::columns_of(column.heading));
        headings.push_back(column.heading);
    }
    rows_.push_back(std::move(headings));
}

void TextTable::add(std::vector<std::string> cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
        Column& column = columns_.at(i);
        column.width_min = std::max(column.width_min, base::columns_of(cells[i]));
        if (column.align == Align::numbers_right && !is_number(cells[i])) column.align = Align::left;
    }
    rows_.push_back(std::move(cells));
}

std::string TextTable::take_lines() {
    std::string lines;
    for (const auto& row : std::exchange(rows_, {})) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string blanks(columns_[i].width_min - base::columns_of(row[i]), ' ');
            line += i == 0 ? "" : "  ";
            line += columns_[i].align == Align::left ? row[i] + blanks : blanks + row[i];
        }
        line.erase(line.find_last_not_of(' ') + 1);
        lines += line + '\n';
    }
    return lines;
}

}  // namespace contrail
