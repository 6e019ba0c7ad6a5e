#pragma once

#include <string_view>

#include "postgres/connection.hpp"

namespace contrail::postgres {

/// Throws Error (Retry::never) if row level security could hide rows of a consumer's tables from the current
/// user. A hidden checkpoint looks like a consumer that has applied nothing.
void require_whole_tables(Connection& connection, std::string_view quoted_schema);

}  // namespace contrail::postgres
