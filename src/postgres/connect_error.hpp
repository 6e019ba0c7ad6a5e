#pragma once

#include <libpq-fe.h>

#include <string_view>

#include "contrail/error.hpp"

namespace contrail::postgres {

/// Whether the server let this program in before, with the same URL.
enum class Acquaintance { none, known };

/// The error for a failed connection attempt. `reason` is libpq's message under PQERRORS_VERBOSE: only that
/// tells a wrong password (Retry::never) from a server that is away (Retry::call).
///
/// A server that is closed for now is away. What closes it for maintenance, such as NOLOGIN, REVOKE CONNECT, a
/// line in pg_hba.conf or a database that is renamed for a while, looks like a mistake in the settings. From a
/// server that let this program in before it is none.
Error connect_error(const PGconn* connection, std::string_view reason, Acquaintance acquaintance);

}  // namespace contrail::postgres
