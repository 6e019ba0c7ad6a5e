#include "warehouse/sqlite/statement.hpp"

#include "warehouse/sqlite/error.hpp"

namespace rocket_rides::sqlite {

Statement::Statement(Database& database, std::string_view text) : database_(database) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v2(database.native(), text.data(), static_cast<int>(text.size()),
                                        &statement, nullptr);
    statement_.reset(statement);
    require_ok(code);
}

bool Statement::step() {
    const int code = sqlite3_step(native());
    if (code == SQLITE_ROW) return true;
    sqlite3_reset(native());
    if (code != SQLITE_DONE) require_ok(code);
    return false;
}

std::string_view Statement::text(int column) const {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(native(), column));
    if (text == nullptr) return {};
    return {text, static_cast<std::size_t>(sqlite3_column_bytes(native(), column))};
}

void Statement::bind(int parameter, std::int64_t value) {
    require_ok(sqlite3_bind_int64(native(), parameter, value));
}

void Statement::bind(int parameter, std::string_view value) {
    require_ok(sqlite3_bind_text(native(), parameter, value.data(), static_cast<int>(value.size()),
                                 SQLITE_TRANSIENT));
}

void Statement::bind(int parameter, double value) {
    require_ok(sqlite3_bind_double(native(), parameter, value));
}

void Statement::bind(int parameter, std::optional<double> value) {
    if (value) return bind(parameter, *value);
    require_ok(sqlite3_bind_null(native(), parameter));
}

void Statement::require_ok(int code) const {
    sqlite::require_ok(code, database_.native(), "run a statement in " + database_.file().string());
}

}  // namespace rocket_rides::sqlite
