#pragma once

#include <string>

#include "postgres/connect_error.hpp"
#include "postgres/handles.hpp"
#include "postgres/socket_wait.hpp"

namespace contrail::postgres {

/// Connects to a PostgreSQL server, 13 or newer, and makes the connection ready for Exchange.
///
/// `url` is a libpq connection string or URI. Its settings win over our defaults (keepalives, the
/// application_name). `wait_max` applies to the name service, and to each address of the hosts in the URL.
/// Throws Error: Retry::never if the URL, the credentials or the database are wrong, else Retry::call. From a
/// server that is known, no refusal is final. No message contains the password.
ConnectionHandle connect(const std::string& url, const std::string& application_name, Milliseconds wait_max,
                         Acquaintance acquaintance);

}  // namespace contrail::postgres
