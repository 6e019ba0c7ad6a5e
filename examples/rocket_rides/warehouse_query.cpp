#include <fmt/format.h>
#include <sqlite3.h>

#include <memory>
#include <ostream>
#include <string_view>
#include <utility>
#include <vector>

#include "contrail/error.hpp"
#include "contrail/text_table.hpp"
#include "warehouse.hpp"

namespace rocket_rides {

namespace {

using Row = std::vector<std::string>;

/// A table begins when these have decided how wide its columns are. Later ones may make columns wider.
constexpr std::size_t rows_measured = 1'000;

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

void print_table(SQLite::Statement& rows, std::ostream& out) {
    std::vector<contrail::TextTable::Column> columns;
    for (int i = 0; i < rows.getColumnCount(); ++i)
        columns.push_back({rows.getColumnName(i), contrail::TextTable::Align::numbers_right});
    contrail::TextTable table(std::move(columns));
    for (std::size_t count = 1; rows.executeStep(); ++count) {
        table.add(row_of(rows));
        if (count % rows_measured == 0) out << table.take_lines();
    }
    out << table.take_lines();
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
