#include "warehouse/sqlite/database.hpp"

#include "warehouse/sqlite/error.hpp"

namespace rocket_rides::sqlite {

namespace {

constexpr int busy_wait_ms = 5'000;

int flags_of(Database::Mode mode) {
    switch (mode) {
        case Database::Mode::read_only:
            return SQLITE_OPEN_READONLY;
        case Database::Mode::read_write:
            return SQLITE_OPEN_READWRITE;
        case Database::Mode::create:
            return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    }
    return 0;
}

}  // namespace

Database::Database(const std::filesystem::path& file, Mode mode) : file_(file) {
    sqlite3* connection = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &connection, flags_of(mode), nullptr);
    connection_.reset(connection);  // also if it could not be opened: it then says why
    require_ok(code, connection, "open " + file.string());
    sqlite3_busy_timeout(connection, busy_wait_ms);
}

void Database::run(const std::string& statements) {
    const int code = sqlite3_exec(native(), statements.c_str(), nullptr, nullptr, nullptr);
    require_ok(code, native(), "run a statement in " + file_.string());
}

bool Database::moved() {
    int moved = 0;
    sqlite3_file_control(native(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return moved != 0;
}

}  // namespace rocket_rides::sqlite
