#pragma once

#include <string>

#include "postgres/socket_wait.hpp"

namespace contrail::postgres {

/// What every transaction of Contrail's sets, so that other users of the database cannot change what our
/// statements do:
///
/// search_path   Functions, operators, types and tables of `public` cannot take the place of PostgreSQL's own.
///               Our own objects are named with their schema.
/// row_security  A policy that would hide rows makes a statement fail. A filtered answer looks like an empty
///               table, and records would be dropped unsent.
/// lock_timeout  The server ends the wait for a lock before this program gives up its answer. A backend that
///               still waited would keep its connection, with no program behind it.
///
/// SET LOCAL, because a pooler may give the next transaction another session.
std::string pinned_transaction(Milliseconds lock_wait_max);

/// The same for a whole session of our own, which may be idle and may work for as long as it takes. From PostgreSQL 14
/// on, the server also notices within ten seconds that the program has gone while a statement runs or waits for a lock.
std::string pinned_session(int server_version, Milliseconds lock_wait_max);

}  // namespace contrail::postgres
