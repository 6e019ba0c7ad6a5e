#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <memory>
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

Row row_of(const SQLite::Statement& rows) {
    Row row;
    for (int i = 0; i < rows.getColumnCount(); ++i) {
        const SQLite::Column column = rows.getColumn(i);
        // SQLite's own text of a number has 15 digits, and so is not always that number.
        row.push_back(column.isFloat() ? fmt::format("{}", column.getDouble()) : escaped(column.getString()));
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

void print_table(SQLite::Statement& statement, std::ostream& out) {
    std::vector<Row> rows(1);
    for (int column = 0; column < statement.getColumnCount(); ++column)
        rows.front().emplace_back(statement.getColumnName(column));
    bool more = statement.executeStep();
    for (; more && rows.size() <= rows_measured_max; more = statement.executeStep())
        rows.push_back(row_of(statement));
    const std::vector<int> widths = widths_of(rows);
    for (const Row& row : rows) print(row, widths, out);
    for (; more; more = statement.executeStep()) print(row_of(statement), widths, out);
}

void require_one_query(SQLite::Database& database, const std::string& text) {
    const auto reject = [](const std::string& why) {
        throw contrail::Error(contrail::Retry::never, "Cannot run the query: " + why);
    };
    sqlite3_stmt* prepared = nullptr;
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v2(database.getHandle(), text.c_str(), -1, &prepared, &rest);
    if (code != SQLITE_OK) throw SQLite::Exception(database.getHandle(), code);
    const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(prepared, &sqlite3_finalize);
    if (statement == nullptr)
        reject(
            "it is empty. Query rides, rides_per_hour or rides_per_distance_band, as in SELECT * FROM rides.");
    if (sqlite3_stmt_readonly(statement.get()) == 0)
        reject("it would change the warehouse, which shows what the log says and nothing else.");
    if (std::string_view(rest).find_first_not_of(" \t\r\n;") != std::string_view::npos)
        reject("another statement follows the first one.");
}

}  // namespace

void run_query(const std::filesystem::path& file, const std::string& text, RowForm form, std::ostream& out) {
    in_file(file, [&] {
        SQLite::Database database(file, SQLite::OPEN_READONLY, busy_wait_max_ms);
        require_one_query(database, text);
        SQLite::Statement statement(database, text);
        if (form == RowForm::table) print_table(statement, out);
        while (form == RowForm::tabs && statement.executeStep())
            out << fmt::format("{}\n", fmt::join(row_of(statement), "\t"));
    });
    out.flush();
}

}  // namespace rocket_rides
