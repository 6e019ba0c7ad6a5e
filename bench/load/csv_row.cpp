#include "bench/load/csv_row.hpp"

namespace contrail::load {

namespace {

/// Removes a quoted field from `row`, which begins with the opening quote.
CsvRow take_quoted(std::string_view& row, std::string& field) {
    row.remove_prefix(1);
    for (;;) {
        const auto quote = row.find('"');
        field += row.substr(0, quote);
        if (quote == std::string_view::npos) return CsvRow::open_quote;
        row.remove_prefix(quote + 1);
        if (!row.starts_with('"')) break;
        field += '"';  // two quotes mean one
        row.remove_prefix(1);
    }
    return row.empty() || row.front() == ',' ? CsvRow::complete : CsvRow::stray_quote;
}

}  // namespace

CsvRow split_csv_row(std::string_view row, std::vector<std::string>& fields) {
    fields.clear();
    for (;;) {
        std::string& field = fields.emplace_back();
        if (row.starts_with('"')) {
            if (const CsvRow state = take_quoted(row, field); state != CsvRow::complete) return state;
        } else {
            const auto end = std::min(row.find(','), row.size());
            field = row.substr(0, end);
            row.remove_prefix(end);
        }
        if (row.empty()) return CsvRow::complete;
        row.remove_prefix(1);  // the comma
    }
}

}  // namespace contrail::load
