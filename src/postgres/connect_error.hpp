#pragma once

#include <libpq-fe.h>

#include <string_view>

#include "contrail/error.hpp"

namespace contrail::postgres {

/// The error for a failed connection attempt. `reason` is libpq's message under PQERRORS_VERBOSE: only that
/// tells a wrong password (Retry::never) from a server that is away (Retry::call).
Error connect_error(const PGconn* connection, std::string_view reason);

}  // namespace contrail::postgres
