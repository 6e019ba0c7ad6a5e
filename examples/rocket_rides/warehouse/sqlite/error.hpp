#pragma once

#include <sqlite3.h>

#include <string>

namespace rocket_rides::sqlite {

/// Throws contrail::Error, if `code` is not SQLITE_OK. `connection` says why, if there is one, and `doing`
/// what was attempted, as in "write to the file x". Retry::call where it may pass by itself (another program
/// holds the file, the disk is full); else Retry::never.
void require_ok(int code, sqlite3* connection, const std::string& doing);

}  // namespace rocket_rides::sqlite
