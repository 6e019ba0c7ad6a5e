#include "bench/load/csv_column.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>
#include <utility>

#include "bench/load/csv_row.hpp"
#include "contrail/error.hpp"

namespace contrail::load {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// A quote that is never closed would otherwise swallow the whole file.
constexpr std::size_t row_bytes_max = 1 << 20;

[[noreturn]] void fail(const std::string& message) {
    throw Error(Retry::never, message);
}

}  // namespace

CsvColumn::CsvColumn(std::string file, std::string_view name) : file_(std::move(file)), stream_(file_) {
    if (!stream_) {
        const auto reason = std::generic_category().message(errno);
        fail("Cannot read " + file_ + ": " + reason + ". Check the file's name and permissions.");
    }
    if (!read_row()) fail("Cannot read " + file_ + ": it is empty. Its first line must name the columns.");
    const auto found = std::find(fields_.begin(), fields_.end(), name);
    if (found == fields_.end()) {
        fail(place() + ": there is no column '" + std::string(name) +
             "'. The first line must name the columns.");
    }
    column_ = static_cast<std::size_t>(std::distance(fields_.begin(), found));
}

std::optional<std::string_view> CsvColumn::next() {
    if (!read_row()) return std::nullopt;
    if (fields_.size() <= column_) {
        fail(place() + ": the row has " + std::to_string(fields_.size()) +
             " fields where the header names at least " + std::to_string(column_ + 1) +
             ". Complete it or take it out.");
    }
    return fields_[column_];
}

std::string CsvColumn::place() const {
    return file_ + ":" + std::to_string(row_line_);
}

bool CsvColumn::read_row() {
    do {
        if (!read_line()) return false;
    } while (line_.empty());
    row_line_ = lines_;
    std::swap(row_, line_);
    for (;;) {
        switch (split_csv_row(row_, fields_)) {
            case CsvRow::complete:
                return true;
            case CsvRow::stray_quote:
                fail(place() + ": a comma is missing after a quoted field.");
            case CsvRow::open_quote:
                break;
        }
        if (row_.size() > row_bytes_max || !read_line()) fail(place() + ": a quoted field is never closed.");
        row_ += '\n';
        row_ += line_;
    }
}

bool CsvColumn::read_line() {
    if (!std::getline(stream_, line_)) {
        if (stream_.bad()) fail("Cannot read " + file_ + " beyond line " + std::to_string(lines_) + ".");
        return false;
    }
    if (++lines_ == 1 && line_.starts_with(byte_order_mark)) line_.erase(0, byte_order_mark.size());
    if (line_.ends_with('\r')) line_.pop_back();
    return true;
}

}  // namespace contrail::load
