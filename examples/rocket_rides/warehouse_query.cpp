#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <string_view>
#include <vector>

#include "contrail/error.hpp"
#include "warehouse.hpp"

namespace rocket_rides {

namespace {

using Row = std::vector<std::string>;

constexpr std::size_t rows_measured_max = 1'000;

std::string escaped(std::string_view value) {
    std::string text;
    for (const char character : value) {
        constexpr std::string_view special = "\t\n\r\\";
        constexpr std::string_view letters = "tnr\\";
        const auto place = special.find(character);
        if (place == std::string_view::npos)
            text += character;
        else
            (text += '\\') += letters[place];
    }
    return text;
}

Row row_of(const sqlite::Statement& rows) {
    Row row;
    for (int column = 0; column < sqlite3_column_count(rows.native()); ++column) {
        // SQLite's own text of a number has 15 digits, and so is not always that number.
        const bool is_real = sqlite3_column_type(rows.native(), column) == SQLITE_FLOAT;
        row.push_back(is_real ? fmt::format("{}", rows.real(column)) : escaped(rows.text(column)));
    }
    return row;
}

/// Left-aligned columns have a negative width, as in printf.
std::vector<int> widths_of(const std::vector<Row>& rows) {
    std::vector<int> widths;
    for (std::size_t column = 0; column < rows.front().size(); ++column) {
        std::size_t width = 0;
        bool is_numeric = true;
        for (const Row& row : rows) {
            width = std::max(width, row[column].size());
            const bool is_number = row[column].find_first_not_of("0123456789+-.e") == std::string::npos;
            if (&row != &rows.front() && !is_number) is_numeric = false;
        }
        widths.push_back(is_numeric ? static_cast<int>(width) : -static_cast<int>(width));
    }
    return widths;
}

void print(const Row& row, const std::vector<int>& widths, std::ostream& out) {
    std::string line;
    for (std::size_t column = 0; column < row.size(); ++column) {
        if (column > 0) line += "  ";
        line += widths[column] < 0 ? fmt::format("{:<{}}", row[column], -widths[column])
                                   : fmt::format("{:>{}}", row[column], widths[column]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
}

void print_table(sqlite::Statement& statement, std::ostream& out) {
    std::vector<Row> rows(1);
    for (int column = 0; column < sqlite3_column_count(statement.native()); ++column)
        rows.front().emplace_back(sqlite3_column_name(statement.native(), column));
    bool more = statement.step();
    for (; more && rows.size() <= rows_measured_max; more = statement.step())
        rows.push_back(row_of(statement));
    const std::vector<int> widths = widths_of(rows);
    for (const Row& row : rows) print(row, widths, out);
    for (; more; more = statement.step()) print(row_of(statement), widths, out);
}

void require_one_query(const sqlite::Statement& statement, std::string_view text) {
    const auto reject = [](const std::string& why) {
        throw contrail::Error(contrail::Retry::never, "Cannot run the query: " + why);
    };
    if (statement.native() == nullptr)
        reject(
            "it is empty. Query rides, rides_per_hour or rides_per_distance_band, as in SELECT * FROM rides.");
    if (sqlite3_stmt_readonly(statement.native()) == 0)
        reject("it would change the warehouse, which shows what the log says and nothing else.");
    text.remove_prefix(std::string_view(sqlite3_sql(statement.native())).size());  // what SQLite has read
    if (text.find_first_not_of(" \t\r\n;") != std::string_view::npos)
        reject("another statement follows the first one.");
}

}  // namespace

void run_query(const std::filesystem::path& file, const std::string& text, RowForm form, std::ostream& out) {
    sqlite::Database database(file, SQLITE_OPEN_READONLY);
    sqlite::Statement statement(database, text);
    require_one_query(statement, text);
    statement.begin();
    if (form == RowForm::table) print_table(statement, out);
    while (form == RowForm::tabs && statement.step())
        out << fmt::format("{}\n", fmt::join(row_of(statement), "\t"));
    out.flush();
}

}  // namespace rocket_rides
