#include "warehouse/sqlite/error.hpp"

#include "contrail/error.hpp"

namespace rocket_rides::sqlite {

namespace {

using contrail::Retry;

struct Meaning {
    Retry retry;
    const char* what_to_do;
};

/// `primary_code`: the low byte of what SQLite answered; the rest tells details that change nothing here.
Meaning meaning_of(int primary_code) {
    switch (primary_code) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {Retry::call, " Another program writes to it: let that end its transaction."};
        case SQLITE_FULL:
            return {Retry::call, " Free space on its disk."};
        case SQLITE_IOERR:
            return {Retry::call, " See whether its disk is well, and has space."};
        case SQLITE_NOMEM:
        case SQLITE_INTERRUPT:
        case SQLITE_PROTOCOL:
            return {Retry::call, ""};
        case SQLITE_CANTOPEN:
            return {Retry::never, " See that it exists, and that this user may enter its folder."};
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return {Retry::never, " Let this user write to it, and to its folder."};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {Retry::never, " Put a good copy in its place, or name another file."};
        default:
            return {Retry::never, ""};
    }
}

}  // namespace

void require_ok(int code, sqlite3* connection, const std::string& doing) {
    if (code == SQLITE_OK) return;
    const Meaning meaning = meaning_of(code & 0xFF);
    const std::string why = connection == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(connection);
    throw contrail::Error(meaning.retry, "Cannot " + doing + ": " + why + "." + meaning.what_to_do);
}

}  // namespace rocket_rides::sqlite
