#include "sqlite.hpp"

#include "contrail/error.hpp"

namespace rocket_rides::sqlite {

namespace {

using contrail::Error;
using contrail::Retry;

constexpr int busy_wait_ms = 5'000;

Error error_of(int code, const std::string& message) {
    switch (code & 0xFF) {  // the rest are details that change nothing here
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {Retry::call,
                    message + " Another program writes to the file: let it end its transaction."};
        case SQLITE_FULL:
        case SQLITE_IOERR:
            return {Retry::call, message + " Check the disk and its free space."};
        case SQLITE_NOMEM:
        case SQLITE_INTERRUPT:
        case SQLITE_PROTOCOL:
            return {Retry::call, message};
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return {Retry::never,
                    message +
                        " Check that the file exists, and that this user may write to it and to its folder."};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {Retry::never, message + " Put back a good copy, or name another file."};
        default:
            return {Retry::never, message};
    }
}

}  // namespace

Database::Database(const std::filesystem::path& file, int flags) : file_(file) {
    sqlite3* connection = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &connection, flags, nullptr);
    connection_.reset(connection);  // even if it could not be opened: it says why
    require_ok(code, "open " + file.string());
    sqlite3_busy_timeout(connection, busy_wait_ms);
}

void Database::run(const std::string& statements) {
    require_ok(sqlite3_exec(native(), statements.c_str(), nullptr, nullptr, nullptr),
               "run a statement in " + file_.string());
}

bool Database::in_its_place() {
    int moved = 0;
    sqlite3_file_control(native(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return moved == 0;
}

void Database::require_ok(int code, const std::string& doing) const {
    if (code == SQLITE_OK) return;
    const std::string why = native() == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(native());
    throw error_of(code, "Cannot " + doing + ": " + why + ".");
}

Statement::Statement(Database& database, std::string_view text) : database_(database) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v2(database.native(), text.data(), static_cast<int>(text.size()),
                                        &statement, nullptr);
    statement_.reset(statement);
    database_.require_ok(code, "prepare a statement for " + database_.file().string());
}

bool Statement::step() {
    const int code = sqlite3_step(native());
    if (code == SQLITE_ROW) return true;
    sqlite3_reset(native());
    if (code != SQLITE_DONE) database_.require_ok(code, "run a statement in " + database_.file().string());
    return false;
}

std::string_view Statement::text(int column) const {
    const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(native(), column));
    if (text == nullptr) return {};
    return {text, static_cast<std::size_t>(sqlite3_column_bytes(native(), column))};
}

void Statement::bind(int parameter, std::int64_t value) {
    database_.require_ok(sqlite3_bind_int64(native(), parameter, value), "bind an integer");
}

void Statement::bind(int parameter, std::string_view value) {
    database_.require_ok(sqlite3_bind_text(native(), parameter, value.data(), static_cast<int>(value.size()),
                                           SQLITE_TRANSIENT),
                         "bind a text");
}

void Statement::bind(int parameter, std::optional<double> value) {
    database_.require_ok(
        value ? sqlite3_bind_double(native(), parameter, *value) : sqlite3_bind_null(native(), parameter),
        "bind a number");
}

Transaction::~Transaction() {
    // Some errors have ended it already.
    if (sqlite3_get_autocommit(database_.native()) == 0)
        sqlite3_exec(database_.native(), "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace rocket_rides::sqlite
