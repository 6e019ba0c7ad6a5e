#pragma once

#include <string>
#include <string_view>

namespace contrail::postgres {

/// What every transaction of Contrail's sets, so that other users of the database cannot change what our
/// statements do:
///
/// search_path   Functions, operators, types and tables of `public` cannot take the place of PostgreSQL's own.
///               Our own objects are named with their schema.
/// row_security  A policy that would hide rows makes a statement fail. A filtered answer looks like an empty
///               table, and records would be dropped unsent.
///
/// SET LOCAL, because a pooler may give the next transaction another session.
constexpr std::string_view pinned_transaction =
    "SET LOCAL search_path = pg_catalog, pg_temp; SET LOCAL row_security = off; ";

/// The same for a whole session of our own. From PostgreSQL 14 on, the server also notices within ten seconds
/// that the program has gone while a statement runs or waits for a lock.
std::string pinned_session(int server_version);

}  // namespace contrail::postgres
