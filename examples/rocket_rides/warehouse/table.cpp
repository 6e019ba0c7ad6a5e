#include "warehouse/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <utility>

namespace rocket_rides {

namespace {

constexpr std::size_t rows_measured_max = 1'000;

bool is_number(const std::string& text) {
    return text.find_first_not_of("0123456789+-.e") == std::string::npos;
}

}  // namespace

Table::Table(Row heading, std::ostream& out) : out_(out) {
    waiting_.push_back(std::move(heading));
}

void Table::add(Row row) {
    if (!widths_.empty()) return print(row);
    waiting_.push_back(std::move(row));
    if (waiting_.size() > rows_measured_max) finish();
}

void Table::finish() {
    if (widths_.empty()) measure();
    for (const Row& row : std::exchange(waiting_, {})) print(row);
}

void Table::measure() {
    const std::size_t columns = waiting_.front().size();
    widths_.assign(columns, 0);
    numeric_.assign(columns, true);
    for (const Row& row : waiting_) {
        const bool is_heading = &row == &waiting_.front();
        for (std::size_t column = 0; column < columns; ++column) {
            widths_[column] = std::max(widths_[column], row[column].size());
            if (!is_heading && !is_number(row[column])) numeric_[column] = false;
        }
    }
}

void Table::print(const Row& row) const {
    std::string line;
    for (std::size_t column = 0; column < row.size(); ++column) {
        if (column > 0) line += "  ";
        line += numeric_[column] ? fmt::format("{:>{}}", row[column], widths_[column])
                                 : fmt::format("{:<{}}", row[column], widths_[column]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out_ << line << '\n';
}

}  // namespace rocket_rides
