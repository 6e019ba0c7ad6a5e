#pragma once

#include <string>

#include "postgres/handles.hpp"
#include "postgres/socket_wait.hpp"

namespace contrail::postgres {

/// Connects to a PostgreSQL server, 13 or newer, and makes the connection ready for Exchange.
///
/// `url` is a libpq connection string or URI, and what it says wins over our choices (keepalives, the name
/// that the session goes by in pg_stat_activity). `wait_max` is per host that the URL lists; looking up a
/// host's name comes on top. Throws Error: Retry::never where the URL, the credentials or the database are
/// wrong, else Retry::call. No message holds the password.
ConnectionHandle connect(const std::string& url, const std::string& application_name, Milliseconds wait_max);

}  // namespace contrail::postgres
