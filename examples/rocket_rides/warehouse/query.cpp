#include "warehouse/query.hpp"

#include <fmt/format.h>

#include <ostream>
#include <string_view>

#include "contrail/error.hpp"
#include "warehouse/sqlite/statement.hpp"
#include "warehouse/table.hpp"

namespace rocket_rides {

namespace {

std::string escaped(std::string_view value) {
    std::string text;
    for (const char character : value) {
        constexpr std::string_view special = "\t\n\r\\";
        constexpr std::string_view letters = "tnr\\";
        if (const auto place = special.find(character); place != std::string_view::npos)
            (text += '\\') += letters[place];
        else
            text += character;
    }
    return text;
}

/// SQLite's own text of a number has 15 digits, and so is not always that number.
std::string text_of(const sqlite::Statement& rows, int column) {
    if (sqlite3_column_type(rows.native(), column) == SQLITE_FLOAT)
        return fmt::format("{}", rows.real(column));
    return escaped(rows.text(column));
}

Table::Row row_of(const sqlite::Statement& rows) {
    Table::Row row;
    for (int column = 0; column < sqlite3_column_count(rows.native()); ++column)
        row.push_back(text_of(rows, column));
    return row;
}

void print_table(sqlite::Statement& rows, std::ostream& out) {
    Table::Row heading;
    for (int column = 0; column < sqlite3_column_count(rows.native()); ++column)
        heading.emplace_back(sqlite3_column_name(rows.native(), column));
    Table table(std::move(heading), out);
    while (rows.step()) table.add(row_of(rows));
    table.finish();
}

void print_tabs(sqlite::Statement& rows, std::ostream& out) {
    while (rows.step()) out << fmt::format("{}\n", fmt::join(row_of(rows), "\t"));
}

void require_one_query(const sqlite::Statement& statement, std::string_view text) {
    const auto refuse = [](const std::string& why) {
        throw contrail::Error(contrail::Retry::never, "Cannot run the query: " + why);
    };
    if (statement.native() == nullptr)
        refuse(
            "it is empty. Ask for rides, rides_per_hour or rides_per_distance_band, as in SELECT * FROM "
            "rides.");
    if (sqlite3_stmt_readonly(statement.native()) == 0)
        refuse("it would change the warehouse, which shows what the log says and nothing else.");
    // Up to here SQLite has read.
    text.remove_prefix(std::string_view(sqlite3_sql(statement.native())).size());
    if (text.find_first_not_of(" \t\r\n;") != std::string_view::npos)
        refuse("after its first statement comes another.");
}

}  // namespace

void run_query(const std::filesystem::path& file, const std::string& text, RowForm form, std::ostream& out) {
    sqlite::Database database(file, sqlite::Database::Mode::read_only);
    sqlite::Statement statement(database, text);
    require_one_query(statement, text);
    statement.begin();
    form == RowForm::table ? print_table(statement, out) : print_tabs(statement, out);
    out.flush();
}

}  // namespace rocket_rides
